//! Brings groups of tasks forward, by looking at them.
//!
//! [`Settler::settle`] reads a group, asks `domain::due` what is due, and does it, until nothing is.
//! It keeps nothing between calls: any process may settle any group at any time, twice, late or by
//! half. Functions, workers and the sweep all go through here; none of them decides what is next.

mod announce;
mod cancel;
mod end;
mod error;
mod expire;
mod listing;
mod pass;
mod start;
mod upload;

use ambient::{Clock, Entropy};
use aws::{Environment, MissingSetting};
use domain::{Group, GroupId, Step, Task, due};
use files::Files;
use futures::{StreamExt, stream};
use store::Store;
use workflow::Workflow;

pub use error::SettleError;
use pass::Pass;
pub use pass::Starts;

/// How many steps of a group are under way at once.
const PARALLEL: usize = 8;

/// What settling needs.
#[derive(Clone, Debug)]
pub struct Settler {
    /// The table.
    pub store: Store,
    /// The bucket.
    pub files: Files,
    /// The state machine.
    pub workflow: Workflow,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
}

impl Settler {
    /// Connects to the services.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        Ok(Self {
            store: Store::new(environment)?,
            files: Files::new(environment)?,
            workflow: Workflow::new(environment)?,
            clock: environment.clock.clone(),
            entropy: environment.entropy,
        })
    }

    /// Does what is due for a group, and for those that depend on it, until nothing is.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when something could not be done: the rest was, and the sweep comes back.
    pub async fn settle(&self, id: GroupId, starts: Starts) -> Result<(), SettleError> {
        let mut pass = Pass::new(id, starts);
        while let Some(next) = pass.next_group() {
            let group = self.store.group(next).await?;
            self.settle_group(group, &mut pass).await?;
        }
        pass.finish()
    }

    /// Settles a group that has just been created, whose rows need not be read, and returns it as it
    /// is then.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when the group could not be read. What could not be done is left to the sweep:
    /// the group is there, and its creator must not be told otherwise.
    pub async fn settle_new(&self, group: Group) -> Result<Group, SettleError> {
        let mut pass = Pass::new(group.id, Starts::All);
        pass.next_group();
        let group = self.settle_group(group, &mut pass).await?;
        if let Err(error) = pass.finish() {
            tracing::warn!(group = %group.id, %error, "left to the sweep");
        }
        Ok(group)
    }

    async fn settle_group(&self, mut group: Group, pass: &mut Pass) -> Result<Group, SettleError> {
        loop {
            let now = self.clock.now();
            let steps = pass.admit(&group, due(&group, now));
            let mut changes = steps.iter().any(changes_rows);
            let ends = steps.iter().find_map(|step| {
                if let Step::EndJob(status) = step { Some(*status) } else { None }
            });
            let results = stream::iter(steps).map(|step| self.take(&group, step));
            let results: Vec<_> = results.buffer_unordered(PARALLEL).collect().await;
            for result in results {
                changes |= pass.note(result);
            }
            if changes {
                group = self.store.group(group.id).await?;
                continue;
            }
            if let (Some(job), Some(status)) = (&mut group.job, ends) {
                (job.status, job.ended_at) = (status, Some(now));
            }
            return Ok(group);
        }
    }

    /// Takes one step: a conditional write, a named start or a look at the bucket. Returns whether
    /// webhooks are now to be told of it.
    async fn take(&self, group: &Group, step: Step) -> Result<bool, SettleError> {
        match step {
            Step::EndJob(status) => return self.end_job(group, status).await,
            Step::Announce(event) => self.announce(group, event).await?,
            Step::ExpireJob => self.expire_job(group).await?,
            Step::Forget(pointer) => self.store.delete_pointer(pointer).await?,
            // The pass has put the other group on its list.
            Step::Visit(_) => {}
            Step::Unstage(id)
            | Step::Start(id)
            | Step::Finish(id)
            | Step::Find { task: id, .. }
            | Step::Fail { task: id, .. }
            | Step::Discard(id)
            | Step::Expire(id) => {
                if let Some(task) = group.task(id) {
                    self.take_for(group, task, step).await?;
                }
            }
        }
        Ok(false)
    }

    async fn take_for(&self, group: &Group, task: &Task, step: Step) -> Result<(), SettleError> {
        match step {
            Step::Unstage(_) => Ok(self.store.unstage(task).await?),
            Step::Start(_) => self.start(group, task).await,
            Step::Finish(_) => self.finish(group, task).await,
            Step::Find { last, .. } => self.find(task, last).await,
            Step::Fail { from, failure, .. } => {
                self.fail(task.id, &task.owner, from, failure).await
            }
            Step::Discard(_) => self.discard(task).await.map(drop),
            Step::Expire(_) => self.expire(group, task).await,
            Step::EndJob(_)
            | Step::Announce(_)
            | Step::ExpireJob
            | Step::Forget(_)
            | Step::Visit(_) => Ok(()),
        }
    }
}

/// Whether something may be due after a step that was not before, so that the group must be looked
/// at again.
fn changes_rows(step: &Step) -> bool {
    match step {
        Step::Start(_) | Step::Visit(_) => false,
        Step::Unstage(_)
        | Step::Finish(_)
        | Step::Find { .. }
        | Step::Fail { .. }
        | Step::Announce(_)
        | Step::Discard(_)
        | Step::Forget(_)
        | Step::Expire(_)
        | Step::ExpireJob => true,
        // Nothing follows on a job's end unless webhooks are to be told of it, which shows then.
        Step::EndJob(_) => false,
    }
}
