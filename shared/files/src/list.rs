use bytes::Bytes;
use domain::{File, Run, TaskId};

use crate::{Files, FilesError, key};

/// A list up to this many bytes stays in the task's row.
const INLINE: usize = 8 * 1024;

impl Files {
    /// Makes a list of files fit for a row: as it is, or put into an object beside the task.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn save_list(
        &self,
        task: TaskId,
        run: &Run,
        files: Vec<File>,
    ) -> Result<domain::Files, FilesError> {
        let list = serde_json::to_vec(&files).map_err(|_| FilesError::Malformed)?;
        if list.len() <= INLINE {
            return Ok(domain::Files::Inline(files));
        }
        let key = format!("{}files.json", key::run_prefix(task, run));
        self.put(&key, Bytes::from(list).into()).await?;
        Ok(domain::Files::Stored { key, count: files.len() })
    }

    /// Returns the files of a task, wherever their list lies.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn load_list(&self, files: &domain::Files) -> Result<Vec<File>, FilesError> {
        match files {
            domain::Files::Inline(files) => Ok(files.clone()),
            domain::Files::Stored { key, .. } => {
                let list = self.get(key).await?;
                serde_json::from_slice(&list).map_err(|_| FilesError::Malformed)
            }
        }
    }
}
