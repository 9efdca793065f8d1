//! Does the work of one task: claims it, brings its inputs to disk, runs the operation, stores the
//! results, ends the task and settles what depends on it.
//!
//! The state machine calls it again when it has died, with a higher attempt; each run is fenced off
//! from the others by what it wrote when it claimed the task.

mod claim;
mod context;
mod details;
mod inputs;
mod span;
mod watch;
mod work;

use std::sync::Arc;

use domain::{KeyId, OwnerId, Run, TaskId};
use serde::Deserialize;
use settle::Starts;
use tracing::Instrument;
use worker::{Invocation, WorkerError};

pub use context::Context;

/// What the state machine hands over.
#[derive(Debug, Deserialize)]
pub struct Assignment {
    task: TaskId,
    owner: OwnerId,
    key: Option<KeyId>,
    attempt: u32,
}

/// Works on a task, unless somebody else does or it has ended.
///
/// # Errors
///
/// [`WorkerError`] when a service or the machine did not do its part: another try may.
pub async fn handle(
    context: Arc<Context>,
    assignment: Assignment,
    invocation: Invocation,
) -> Result<(), WorkerError> {
    let run = Run { attempt: assignment.attempt, nonce: context.settler.entropy.hex::<8>() };
    let span = span::of(&assignment, &run);
    handle_run(&context, &assignment, &run, &invocation).instrument(span).await
}

async fn handle_run(
    context: &Context,
    assignment: &Assignment,
    run: &Run,
    invocation: &Invocation,
) -> Result<(), WorkerError> {
    let id = assignment.task;
    let worked = match claim::claim(context, assignment, run, invocation).await? {
        Some(claimed) => work::work(context, &claimed, run).await,
        None => Ok(()),
    };
    claim::end_turn(context, assignment).await?;
    worked?;
    // Also when there was nothing to do: whoever ended the task may have died before this.
    Ok(context.settler.settle(id.group(), Starts::After(id)).await?)
}
