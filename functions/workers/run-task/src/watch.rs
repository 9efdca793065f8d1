use std::time::Duration;

use domain::{Run, State, TaskId};
use engines::Progress;
use store::StoreError;

use crate::Context;

/// How often a run looks whether it still holds its task.
const EVERY: Duration = Duration::from_secs(1);

/// Writes down how far the work is, when that has moved, and returns when the task is not this run's
/// any more: cancelled, deleted, timed out or taken over.
pub(crate) async fn watch(context: &Context, id: TaskId, run: &Run, progress: &Progress) {
    let mut told = 0;
    loop {
        context.settler.clock.sleep(EVERY).await;
        let percent = progress.get().min(99);
        let held = if percent == told {
            holds(context, id, run).await
        } else {
            context.settler.store.progress(id, run, percent).await
        };
        told = percent;
        // What cannot be asked now can be in a second.
        if let Ok(false) = held {
            return;
        }
    }
}

async fn holds(context: &Context, id: TaskId, run: &Run) -> Result<bool, StoreError> {
    let task = context.settler.store.task(id).await?;
    let state = task.map(|task| task.state);
    Ok(matches!(state, Some(State::Processing { run: holder, .. }) if holder == *run))
}
