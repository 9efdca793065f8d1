use domain::{Code, Event, Failure, From, GroupId, Job, Schedule, Task, Work};
use store::{Effect, Outcome};

use crate::{SettleError, Settler, Starts};

/// How often a task is looked at again that changes while it is being deleted: it ends but once.
const LOOKS: usize = 3;

impl Settler {
    /// Cancels a task that has not ended, and what depends on it with it; none when the same request
    /// was done before.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when the task could not be ended; what follows is left to the sweep then.
    pub async fn cancel(
        &self,
        task: &Task,
        effect: Option<&Effect>,
    ) -> Result<Option<Outcome>, SettleError> {
        let failure = Failure::new(Code::Cancelled, "The task was cancelled.");
        let event = Event::Fail { from: From::Open, at: self.clock.now(), failure };
        let outcome = match effect {
            Some(effect) => self.store.apply_once(task.id, &task.owner, &event, effect).await?,
            None => Some(self.store.apply(task.id, &task.owner, &event).await?),
        };
        if let Some(Outcome::Applied(task)) = &outcome {
            self.follow(task).await;
        }
        Ok(outcome)
    }

    /// Deletes a task whatever its state: it is gone to whoever looks as soon as this is begun.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when it could not be marked as deleted.
    pub async fn delete_task(&self, task: &Task) -> Result<(), SettleError> {
        if let Some(job) = task.job() {
            // Should this process die, the sweep must not come only when something expires.
            self.store.look_by(job, Schedule::first(self.clock.now()).due).await?;
        }
        if let Outcome::Applied(task) = self.discard(task).await? {
            self.follow(&task).await;
        }
        Ok(())
    }

    /// Deletes a job with all its tasks.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when it could not be marked as deleted.
    pub async fn delete_job(&self, job: &Job) -> Result<(), SettleError> {
        self.store.discard_job(job).await?;
        self.settle_or_leave(job.id.group()).await;
        Ok(())
    }

    /// Takes a task away from whoever works on it and marks it as deleted.
    pub(crate) async fn discard(&self, task: &Task) -> Result<Outcome, SettleError> {
        let mut outcome = self.store.discard(task, self.clock.now()).await?;
        for _ in 1..LOOKS {
            let Outcome::Lost(changed) = &outcome else { break };
            outcome = self.store.discard(changed, self.clock.now()).await?;
        }
        Ok(outcome)
    }

    /// Stops what works on a task that has been taken away and settles what depends on it.
    async fn follow(&self, task: &Task) {
        if task.work == Work::Execution
            && let Err(error) = self.workflow.stop(task.id).await
        {
            // The worker finds out by itself within a second.
            tracing::warn!(task = %task.id, %error, "not stopped");
        }
        if let Err(error) = self.settle(task.id.group(), Starts::After(task.id)).await {
            tracing::warn!(task = %task.id, %error, "left to the sweep");
        }
    }

    async fn settle_or_leave(&self, group: GroupId) {
        if let Err(error) = self.settle(group, Starts::All).await {
            tracing::warn!(%group, %error, "left to the sweep");
        }
    }
}
