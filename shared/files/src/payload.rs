use bytes::Bytes;
use domain::{Payload, Task, TaskId};
use serde_json::{Map, Value};

use crate::{Files, FilesError, key};

impl Files {
    /// Keeps a payload that is too large for a row, or holds secrets, beside the task.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn save_payload(
        &self,
        task: TaskId,
        payload: &Map<String, Value>,
    ) -> Result<(), FilesError> {
        let bytes = serde_json::to_vec(payload).map_err(|_| FilesError::Malformed)?;
        self.put(&payload_key(task), Bytes::from(bytes).into()).await?;
        Ok(())
    }

    /// Returns what a task was asked to do, wherever that lies.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn load_payload(&self, task: &Task) -> Result<Map<String, Value>, FilesError> {
        match &task.payload {
            Payload::Inline(payload) => Ok(payload.clone()),
            Payload::Stored => {
                let payload = self.get(&payload_key(task.id)).await?;
                serde_json::from_slice(&payload).map_err(|_| FilesError::Malformed)
            }
        }
    }
}

fn payload_key(task: TaskId) -> String {
    format!("{}payload.json", key::task_prefix(task))
}
