//! Called by the bucket when an object has come under `uploads/`: ends the task that waits for it.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
pub use settle::Settler as Context;
use settle::Starts;
use worker::{Invocation, WorkerError};

/// What the bucket says: at least once, late or out of order.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[derive(Debug, Deserialize)]
pub struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Debug, Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    key: String,
}

/// Takes each object in; what the event says of it is a hint, the object itself is looked at.
///
/// # Errors
///
/// [`WorkerError`] when a service did not do its part: the event comes again, and the sweep looks.
pub async fn handle(
    context: Arc<Context>,
    event: Notification,
    _: Invocation,
) -> Result<(), WorkerError> {
    for record in event.records {
        take_in(&context, &record.s3.object.key()).await?;
    }
    Ok(())
}

async fn take_in(context: &Context, key: &str) -> Result<(), WorkerError> {
    let Some(task) = files::upload_task(key) else { return Ok(()) };
    if let Some(uploaded) = context.files.uploaded(key).await? {
        context.receive(task, uploaded).await?;
    }
    // Also when the object is gone: an earlier delivery may have died before it came to this.
    Ok(context.settle(task.group(), Starts::After(task)).await?)
}

impl Object {
    /// Keys come as in the query of an address, with `+` for a space.
    fn key(&self) -> String {
        percent_decode_str(&self.key.replace('+', " ")).decode_utf8_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_as_in_a_query() {
        let object = Object { key: "uploads/x/in+put%2B%C3%A9.png".to_owned() };
        assert_eq!(object.key(), "uploads/x/in put+é.png");
    }
}
