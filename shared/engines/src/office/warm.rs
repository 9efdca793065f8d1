//! LibreOffice kept warm: processes with LibreOfficeKit loaded, as many as there are cores, one document at a time each.
//!
//! A process is begun when it is wanted, and ended after a number of documents, when it has grown, when it has been idle
//! for a while, and whenever anything goes wrong in it.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::worker::{Failure, Order, Worker};
use crate::process::Isolation;

/// How long a process waits for the next document.
const IDLE: Duration = Duration::from_mins(5);

/// The processes that wait for documents.
#[derive(Debug)]
pub(crate) struct Warm {
    idle: Mutex<Vec<(Worker, Instant)>>,
    places: Semaphore,
}

impl Default for Warm {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { idle: Mutex::default(), places: Semaphore::new(cores) }
    }
}

impl Warm {
    /// Converts a document. Dropping the future ends the process that works on it.
    pub(super) async fn convert(
        self: &Arc<Self>,
        isolation: &Isolation,
        program: &Path,
        order: Order<'_>,
    ) -> Result<(), Failure> {
        let _place = self.places.acquire().await.map_err(io::Error::other)?;
        let mut worker = match self.take().await {
            Some(worker) => worker,
            None => Worker::start(isolation, program).await?,
        };
        let (group, directory) = (worker.sandboxed.group(), worker.directory.path().to_owned());
        tokio::select! {
            converted = worker.convert(order) => converted?,
            over = isolation.watch(group, &directory) => return Err(Failure::Error(over.into())),
        }
        self.give_back(worker);
        Ok(())
    }

    /// Takes a process that still answers: Lambda freezes them all between its invocations.
    async fn take(&self) -> Option<Worker> {
        loop {
            let (mut worker, _) = self.idle().pop()?;
            if worker.is_well() && worker.answers().await {
                return Some(worker);
            }
        }
    }

    fn give_back(self: &Arc<Self>, mut worker: Worker) {
        if !worker.is_well() {
            return;
        }
        let since = Instant::now();
        self.idle().push((worker, since));
        let warm = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            if let Some(warm) = warm.upgrade() {
                warm.idle().retain(|(_, idle)| *idle != since);
            }
        });
    }

    /// Returns how many documents the processes that wait have converted.
    #[cfg(test)]
    pub(super) fn converted(&self) -> u32 {
        self.idle().iter().map(|(worker, _)| worker.documents).sum()
    }

    /// Returns the groups of the processes that wait.
    #[cfg(test)]
    pub(super) fn groups(&self) -> Vec<rustix::process::Pid> {
        self.idle().iter().map(|(worker, _)| worker.sandboxed.group()).collect()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Worker, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
