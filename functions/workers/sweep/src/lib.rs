//! Called every minute: settles the groups whose time has come.
//!
//! Whatever a dead process left undone is found here, and what has expired is deleted. Nothing else
//! watches.

use std::sync::Arc;

use domain::{GroupId, next_look};
use futures::{StreamExt, stream};
pub use settle::Settler as Context;
use settle::Starts;
use worker::{Invocation, WorkerError};

/// How many groups are settled at once.
const PARALLEL: usize = 8;

/// How often more is asked for: what is left then is there in a minute.
const ROUNDS: usize = 10;

/// Settles whatever is overdue.
///
/// # Errors
///
/// [`WorkerError`] when the table cannot be asked what is. A group that cannot be settled keeps
/// nobody from the others: it comes again, ten minutes later at most.
pub async fn handle(
    context: Arc<Context>,
    _: serde_json::Value,
    _: Invocation,
) -> Result<(), WorkerError> {
    for round in 0..ROUNDS {
        let now = context.clock.now();
        let overdue = context.store.overdue(now).await?;
        if round == 0 {
            telemetry::overdue(context.store.stack(), overdue.late, now);
        }
        let look = stream::iter(overdue.groups).map(|group| look(&context, group));
        look.buffer_unordered(PARALLEL).collect::<()>().await;
        if !overdue.more {
            break;
        }
    }
    Ok(())
}

async fn look(context: &Context, group: GroupId) {
    if let Err(error) = context.settle(group, Starts::All).await {
        tracing::warn!(job = %group, trace = group.trace(), %error, "not settled");
    }
    if let Err(error) = reschedule(context, group).await {
        tracing::warn!(job = %group, trace = group.trace(), %error, "not rescheduled");
    }
}

async fn reschedule(context: &Context, group: GroupId) -> Result<(), WorkerError> {
    let group = context.store.group(group).await?;
    match next_look(&group, context.clock.now()) {
        Some(next) => Ok(context.store.reschedule(&group, next).await?),
        None => Ok(()),
    }
}
