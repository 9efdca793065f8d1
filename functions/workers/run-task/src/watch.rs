use std::time::Duration;

use domain::{Run, State, TaskId};
use engines::Progress;
use store::StoreError;

use crate::Context;

/// How often a run looks whether it still holds its task.
const EVERY: Duration = Duration::from_secs(1);

/// Writes down how far the work is and what is said of it, when either has moved, and returns when the task is not this run's
/// any more: cancelled, deleted, timed out or taken over.
pub(crate) async fn watch(context: &Context, id: TaskId, run: &Run, progress: &Progress) {
    let mut told = (0, None);
    loop {
        context.settler.clock.sleep(EVERY).await;
        let now = (progress.get().min(99), progress.words());
        let held = if now == told {
            holds(context, id, run).await
        } else {
            context.settler.store.progress(id, run, (now.0, now.1.as_deref())).await
        };
        // What cannot be asked or told now can be in a second.
        match held {
            Ok(true) => told = now,
            Ok(false) => return,
            Err(_) => {}
        }
    }
}

async fn holds(context: &Context, id: TaskId, run: &Run) -> Result<bool, StoreError> {
    let task = context.settler.store.task(id).await?;
    let state = task.map(|task| task.state);
    Ok(matches!(state, Some(State::Processing { run: holder, .. }) if holder == *run))
}
