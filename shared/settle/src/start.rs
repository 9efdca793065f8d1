use domain::{Group, Task};
use workflow::Started;

use crate::{SettleError, Settler};

impl Settler {
    /// Starts a task's execution. When one of its name has ended without the task having done so,
    /// the sweep's count of looks makes a name that is free.
    pub(crate) async fn start(&self, group: &Group, task: &Task) -> Result<(), SettleError> {
        let again = group.schedule.map_or(0, |schedule| schedule.looks);
        if self.workflow.start(task, 0).await? == Started::Over && again > 0 {
            self.workflow.start(task, again).await?;
        }
        let (id, trace) = (task.id, task.id.group().trace());
        tracing::info!(task = %id, trace, owner = task.owner.as_str(), "execution started");
        Ok(())
    }
}
