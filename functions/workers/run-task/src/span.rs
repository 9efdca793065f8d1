//! What the lines of a run have in common.

use domain::Run;
use tracing::Span;

use crate::Assignment;

/// Returns the span of a run; its nonce is its id in the trace.
pub(crate) fn of(assignment: &Assignment, run: &Run) -> Span {
    tracing::info_span!(
        "run",
        task = %assignment.task,
        owner = assignment.owner.as_str(),
        trace = assignment.task.group().trace(),
        span = run.nonce,
        attempt = run.attempt,
    )
}
