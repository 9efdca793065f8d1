use domain::{Group, Task, Work};

use crate::{SettleError, Settler};

impl Settler {
    /// Deletes a task for good: its files, and then the row that says that they are there. What its
    /// job must know of it is noted first.
    pub(crate) async fn expire(&self, group: &Group, task: &Task) -> Result<(), SettleError> {
        if let (Some(job), Some(name)) = (&group.job, task.name())
            && !job.is_gone(self.clock.now())
            && group.is_lost(task)
        {
            self.store.lose_task(job.id, name).await?;
        }
        self.files.delete_task(task.id).await?;
        if task.work == Work::Upload {
            self.files.delete_upload(task.id).await?;
        }
        Ok(self.store.delete_task(task.id).await?)
    }

    pub(crate) async fn expire_job(&self, group: &Group) -> Result<(), SettleError> {
        let Some(job) = &group.job else { return Ok(()) };
        self.files.delete_job(job.id).await?;
        Ok(self.store.delete_job(job).await?)
    }
}
