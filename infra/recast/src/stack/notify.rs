use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use super::invoker::Invoker;
use super::names::REGION;
use super::options::Delivery;
use super::s3::{ObjectCreated, OnCreated};

/// What S3 leaves as it is in the keys of its events.
const KEY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'/').remove(b' ');

/// Carries the bucket's events to the function that it notifies.
pub(crate) fn notify(
    invoker: Invoker,
    function: String,
    delivery: Delivery,
    running: TaskTracker,
) -> OnCreated {
    Arc::new(move |created| {
        let times = match delivery {
            Delivery::Once => 1,
            Delivery::Twice => 2,
            Delivery::Never => 0,
        };
        for _ in 0..times {
            let (invoker, function, event) = (invoker.clone(), function.clone(), event(&created));
            running.spawn(async move { invoker.deliver(&function, event).await });
        }
    })
}

/// Makes an event as S3 does, with the key encoded as in a query.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
fn event(created: &ObjectCreated) -> Value {
    let key = utf8_percent_encode(&created.key, KEY).to_string().replace(' ', "+");
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventName": created.event_name,
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": { "name": created.bucket, "arn": format!("arn:aws:s3:::{}", created.bucket) },
            "object": { "key": key, "size": created.size, "eTag": created.e_tag },
        },
    }] })
}
