//! What log and metrics are told of a run.

use domain::{Code, Run};
use jiff::SignedDuration;
use telemetry::TaskMetric;
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

/// Tells that the task has finished.
pub(crate) fn finished(context: &Context, claimed: &Claimed, engine: Option<&str>) {
    ended(context, claimed, engine, "finished");
}

/// Tells that the task has failed.
pub(crate) fn failed(context: &Context, claimed: &Claimed, code: Code) {
    let code = serde_json::to_value(code).unwrap_or_default();
    ended(context, claimed, None, code.as_str().unwrap_or_default());
}

fn ended(context: &Context, claimed: &Claimed, engine: Option<&str>, outcome: &str) {
    let (task, now) = (&claimed.task, context.settler.clock.now());
    // Since when a task with inputs could have been worked on only they know.
    let queued = task.inputs.is_empty().then(|| claimed.at.duration_since(task.created_at));
    let duration = now.duration_since(claimed.at);
    let (stack, operation) = (context.settler.store.stack(), task.operation.as_str());
    TaskMetric { stack, operation, engine, outcome, duration, queued }.emit(now);
    let millis = |duration: SignedDuration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let (duration_ms, queued_ms) = (millis(duration), queued.map(millis));
    tracing::info!(operation, engine, outcome, duration_ms, queued_ms, "task ended");
}
