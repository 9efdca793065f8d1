use domain::{Group, JobEvent};

use crate::{SettleError, Settler};

impl Settler {
    /// Has webhooks told of a job's event.
    pub(crate) async fn announce(&self, group: &Group, event: JobEvent) -> Result<(), SettleError> {
        let Some(job) = &group.job else { return Ok(()) };
        Ok(self.store.announced(job, event).await?)
    }
}
