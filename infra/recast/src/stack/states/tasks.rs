use std::sync::{Mutex, PoisonError};

use tokio::task::{AbortHandle, JoinSet};

/// Tokio tasks that can be stopped together.
pub(super) struct Tasks {
    /// None after they were stopped.
    running: Mutex<Option<JoinSet<()>>>,
}

impl Tasks {
    pub(super) fn new() -> Self {
        Self { running: Mutex::new(Some(JoinSet::new())) }
    }

    /// Runs `task`, unless all have been stopped.
    pub(super) fn spawn(
        &self,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Option<AbortHandle> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = running.as_mut()?;
        // Those that are done are forgotten here, so that the set does not grow with time.
        while running.try_join_next().is_some() {}
        Some(running.spawn(task))
    }

    /// Stops all of them, and returns when none runs any more.
    pub(super) async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut running) = running {
            running.shutdown().await;
        }
    }
}
