use domain::{Group, TaskId};

use crate::{SettleError, Settler};

impl Settler {
    /// Deletes a task for good: its files, and then the row that says that they are there.
    pub(crate) async fn expire(&self, task: TaskId) -> Result<(), SettleError> {
        self.files.delete_task(task).await?;
        Ok(self.store.delete_task(task).await?)
    }

    pub(crate) async fn expire_job(&self, group: &Group) -> Result<(), SettleError> {
        if let Some(job) = &group.job {
            self.store.delete_job(job).await?;
        }
        Ok(())
    }
}
