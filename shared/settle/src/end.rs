//! The ends of tasks that were worked on, and what log and metrics are told of them.

use domain::{Event, Failure, From, OwnerId, State, Task, TaskId};
use store::Outcome;
use telemetry::{TaskMetric, millis};

use crate::{SettleError, Settler};

impl Settler {
    /// Ends a task in error, unless it is not as it was seen any more.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when the table does not answer.
    pub async fn fail(
        &self,
        task: TaskId,
        owner: &OwnerId,
        from: From,
        failure: Failure,
    ) -> Result<(), SettleError> {
        let worked_on = from != From::Waiting;
        let event = Event::Fail { from, at: self.clock.now(), failure };
        if let Outcome::Applied(task) = self.store.apply(task, owner, &event).await?
            && worked_on
        {
            self.tell_end(&task);
        }
        Ok(())
    }

    /// Tells how a task has ended, by whoever's write it did: a run's, or of who found that the run is dead.
    pub fn tell_end(&self, task: &Task) {
        let (Some(started), Some(ended)) = (task.state.started_at(), task.state.ended_at()) else {
            return;
        };
        // Since when a task with inputs could have been worked on only they know.
        let queued = task.inputs.is_empty().then(|| started.duration_since(task.created_at));
        let duration = ended.duration_since(started);
        let engine = task.engine.as_ref().map(|(name, _)| name.as_str());
        let outcome = outcome(&task.state);
        let (stack, operation) = (self.store.stack(), task.operation.as_str());
        TaskMetric { stack, operation, engine, outcome: &outcome, duration, queued }.emit(ended);
        tracing::info!(
            task = %task.id,
            owner = task.owner.as_str(),
            trace = task.id.group().trace(),
            operation,
            engine,
            outcome,
            duration_ms = millis(duration),
            queued_ms = queued.map(millis),
            "task ended"
        );
    }
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
