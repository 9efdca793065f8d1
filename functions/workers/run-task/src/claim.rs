use domain::{Event, Run, Task, TaskId};
use jiff::{SignedDuration, Timestamp};
use store::Outcome;
use worker::{Invocation, WorkerError};

use crate::Context;

/// What the instance needs at its end to write down how the task ended.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// How long after its end a run is taken for dead.
const GRACE: SignedDuration = SignedDuration::from_secs(60);

/// A task that this run holds.
pub(crate) struct Claimed {
    pub(crate) task: Task,
    /// Since when.
    pub(crate) at: Timestamp,
    /// When the instance has no more time for it.
    pub(crate) end: Timestamp,
}

/// Claims a task; none when it is not this run's to do.
pub(crate) async fn claim(
    context: &Context,
    id: TaskId,
    run: &Run,
    invocation: &Invocation,
) -> Result<Option<Claimed>, WorkerError> {
    let at = context.settler.clock.now();
    let end = instance_end(invocation);
    let deadline = end.saturating_add(GRACE).unwrap_or(end);
    let event = Event::Claim { run: run.clone(), at, deadline };
    match context.settler.store.apply(id, &event).await? {
        Outcome::Applied(task) => Ok(Some(Claimed { task, at, end })),
        Outcome::Lost(_) | Outcome::Gone => Ok(None),
    }
}

fn instance_end(invocation: &Invocation) -> Timestamp {
    let millis = i64::try_from(invocation.deadline).unwrap_or(i64::MAX);
    let end = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    end.saturating_sub(MARGIN).unwrap_or(end)
}
