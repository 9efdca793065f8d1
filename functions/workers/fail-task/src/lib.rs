//! The last word of a task's state machine: the worker failed as often as it may.

use std::sync::Arc;

use domain::{Code, Failure, From, OwnerId, TaskId};
use serde::Deserialize;
pub use settle::Settler as Context;
use settle::Starts;
use worker::{Invocation, WorkerError};

/// What the state machine hands over.
#[derive(Debug, Deserialize)]
pub struct Failed {
    task: TaskId,
    owner: OwnerId,
    error: Cause,
}

#[derive(Debug, Deserialize)]
struct Cause {
    #[serde(rename = "Error")]
    error: String,
}

/// Ends a task in error, unless it has ended, and settles what depends on it.
///
/// # Errors
///
/// [`WorkerError`] when a service did not do its part: the state machine tries again, and then the
/// sweep does.
pub async fn handle(
    context: Arc<Context>,
    failed: Failed,
    _: Invocation,
) -> Result<(), WorkerError> {
    let task = failed.task;
    context.fail(task, &failed.owner, From::Open, failed.error.failure()).await?;
    Ok(context.settle(task.group(), Starts::After(task)).await?)
}

impl Cause {
    /// The cause itself is for operators: it may name anything.
    fn failure(&self) -> Failure {
        if self.error == "States.Timeout" || self.error == "Sandbox.Timedout" {
            return Failure::too_slow();
        }
        Failure::new(
            Code::ConversionFailed,
            "The converter stopped unexpectedly, as often as it was tried.",
        )
    }
}
