use bytes::Bytes;
use domain::{Job, JobEvent};

use crate::{Files, FilesError, key};

impl Files {
    /// Keeps what webhooks are told of a job's event, once: what is there already stays as it is, so
    /// that all of them, and every try, are told the same. Returns its key.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn save_announcement(
        &self,
        job: &Job,
        event: JobEvent,
        body: Bytes,
    ) -> Result<String, FilesError> {
        let key = announcement_key(job, event);
        let put = self.client().put_object().bucket(&self.bucket).key(&key).body(body.into());
        match put.if_none_match("*").send().await.map_err(FilesError::from_sdk) {
            Ok(_) | Err(FilesError::Changed) => Ok(key),
            Err(error) => Err(error),
        }
    }

    /// Reads what was kept under a key.
    ///
    /// # Errors
    ///
    /// [`FilesError::Gone`] when its job is; else what failed.
    pub async fn load_announcement(&self, key: &str) -> Result<Bytes, FilesError> {
        self.get(key).await
    }
}

fn announcement_key(job: &Job, event: JobEvent) -> String {
    let name = match event {
        JobEvent::Created => "created".to_owned(),
        JobEvent::Finished => format!("finished-{}", job.version),
        JobEvent::Failed => format!("failed-{}", job.version),
    };
    format!("{}{name}.json", key::job_prefix(job.id))
}
