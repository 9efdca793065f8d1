//! What log and metrics are told of a task that was worked on.

use domain::{State, Task};
use telemetry::{TaskMetric, millis};

use crate::Settler;

impl Settler {
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
