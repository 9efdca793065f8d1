//! What log and metrics are told of a run.

use domain::{Run, State, Task};
use telemetry::{TaskMetric, millis};
use tracing::Span;

use crate::claim::Claimed;
use crate::{Assignment, Context};

/// Returns the span of a run; its nonce is its id in the trace.
pub(crate) fn span(assignment: &Assignment, run: &Run) -> Span {
    tracing::info_span!(
        "run",
        task = %assignment.task,
        owner = assignment.owner.as_str(),
        trace = assignment.task.group().trace(),
        span = run.nonce,
        attempt = run.attempt,
    )
}

/// Tells how the task has ended.
pub(crate) fn ended(context: &Context, claimed: &Claimed, task: &Task) {
    let now = context.settler.clock.now();
    // Since when a task with inputs could have been worked on only they know.
    let queued = task.inputs.is_empty().then(|| claimed.at.duration_since(task.created_at));
    let duration = now.duration_since(claimed.at);
    let engine = task.engine.as_ref().map(|(name, _)| name.as_str());
    let outcome = outcome(&task.state);
    let (stack, operation) = (context.settler.store.stack(), task.operation.as_str());
    TaskMetric { stack, operation, engine, outcome: &outcome, duration, queued }.emit(now);
    let (duration_ms, queued_ms) = (millis(duration), queued.map(millis));
    tracing::info!(operation, engine, outcome, duration_ms, queued_ms, "task ended");
}

/// Returns a failed task's code, else the state's own word.
fn outcome(state: &State) -> String {
    let word = match state {
        State::Error { failure, .. } => serde_json::to_value(failure.code),
        State::Waiting | State::Processing { .. } | State::Finished { .. } => {
            serde_json::to_value(state.status())
        }
    };
    word.unwrap_or_default().as_str().unwrap_or_default().to_owned()
}
