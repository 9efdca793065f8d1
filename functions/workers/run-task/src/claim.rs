use domain::{Event, KeyId, Run, Task, TaskId};
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
    Assignment { task: id, owner, key, .. }: &Assignment,
    run: &Run,
    invocation: &Invocation,
) -> Result<Option<Claimed>, WorkerError> {
    if let Some(key) = key {
        wait_turn(context, *id, key).await?;
    }
    let at = context.settler.clock.now();
    let end = instance_end(invocation);
    let deadline = end.saturating_add(GRACE).unwrap_or(end);
    let event = Event::Claim { run: run.clone(), at, deadline };
    match context.settler.store.apply(*id, owner, &event).await? {
        Outcome::Applied(task) => Ok(Some(Claimed { task, at, end })),
        Outcome::Lost(_) | Outcome::Gone => Ok(None),
    }
}

/// Lets a key have so many tasks at work and no more, so that its batch leaves room for others.
async fn wait_turn(context: &Context, id: TaskId, key: &KeyId) -> Result<(), WorkerError> {
    let most = context.running_per_key;
    if most == 0 || context.settler.store.running(key, id, most).await? < most {
        return Ok(());
    }
    Err(WorkerError::KeyBusy)
}

fn instance_end(invocation: &Invocation) -> Timestamp {
    let millis = i64::try_from(invocation.deadline).unwrap_or(i64::MAX);
    let end = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    end.saturating_sub(MARGIN).unwrap_or(end)
}
