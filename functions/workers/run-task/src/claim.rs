use domain::{Event, Run, Task};
use jiff::{SignedDuration, Timestamp};
use store::Outcome;
use worker::{Invocation, WorkerError};

use crate::{Assignment, Context};

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
///
/// # Errors
///
/// [`WorkerError::KeyBusy`] when it is not its turn yet.
pub(crate) async fn claim(
    context: &Context,
    assignment: &Assignment,
    run: &Run,
    invocation: &Invocation,
) -> Result<Option<Claimed>, WorkerError> {
    let at = context.settler.clock.now();
    let end = instance_end(invocation);
    let deadline = end.saturating_add(GRACE).unwrap_or(end);
    take_turn(context, assignment, deadline).await?;
    let event = Event::Claim { run: run.clone(), at, deadline };
    match context.settler.store.apply(assignment.task, &assignment.owner, &event).await? {
        Outcome::Applied(task) => Ok(Some(Claimed { task, at, end })),
        Outcome::Lost(_) | Outcome::Gone => Ok(None),
    }
}

/// A key has so many tasks at work and no more, so that its batch leaves room for others.
async fn take_turn(
    context: &Context,
    Assignment { task, key, .. }: &Assignment,
    until: Timestamp,
) -> Result<(), WorkerError> {
    let (Some(key), most) = (key, context.running_per_key) else { return Ok(()) };
    if most == 0 || context.settler.store.take_lease(key, *task, until, most).await? {
        return Ok(());
    }
    Err(WorkerError::KeyBusy)
}

/// Lets the key's next task have its turn.
pub(crate) async fn end_turn(
    context: &Context,
    Assignment { task, key, .. }: &Assignment,
) -> Result<(), WorkerError> {
    match key {
        Some(key) if context.running_per_key > 0 => {
            Ok(context.settler.store.give_lease_back(key, *task).await?)
        }
        Some(_) | None => Ok(()),
    }
}

fn instance_end(invocation: &Invocation) -> Timestamp {
    let millis = i64::try_from(invocation.deadline).unwrap_or(i64::MAX);
    let end = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    end.saturating_sub(MARGIN).unwrap_or(end)
}
