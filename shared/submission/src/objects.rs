use api::ApiError;
use bytes::Bytes;
use domain::{Files, Payload, Run, Task};
use files::FilesError;
use futures::{StreamExt, TryStreamExt, stream};
use operations::Operation;
use serde_json::{Map, Value};

use crate::Context;

/// A payload up to this size lies in its task's row.
const INLINE: usize = 4 * 1024;

/// How many objects are written at once.
const PARALLEL: usize = 8;

/// A task about to be stored.
pub(crate) struct Draft {
    pub(crate) task: Task,
    pub(crate) operation: Operation,
    pub(crate) payload: Map<String, Value>,
}

impl Context {
    /// Stores what is too large or too secret for rows, and returns the rows to be.
    ///
    /// Objects come first: a row never names one that is not there. Those of a request that fails
    /// afterwards nobody knows of; the bucket's lifecycle removes them.
    pub(crate) async fn store_bytes(&self, drafts: Vec<Draft>) -> Result<Vec<Task>, ApiError> {
        let tasks = stream::iter(drafts).map(|draft| self.store_draft(draft));
        Ok(tasks.buffered(PARALLEL).try_collect().await?)
    }

    /// Deletes the objects of rows that were not stored after all; the bucket's lifecycle removes what
    /// cannot be deleted now.
    pub(crate) async fn forget_bytes(&self, tasks: &[Task]) {
        let stored = |task: &&Task| task.payload == Payload::Stored || task.files.count() > 0;
        for task in tasks.iter().filter(stored) {
            drop(self.settler.files.delete_task(task.id).await);
        }
    }

    /// Stores what is too large or too secret for one row.
    pub(crate) async fn store_draft(&self, draft: Draft) -> Result<Task, FilesError> {
        let Draft { mut task, operation, mut payload } = draft;
        let files = &self.settler.files;
        if let Some(stored) = operation.stored() {
            let run = Run { attempt: 0, nonce: self.settler.entropy.hex::<8>() };
            let key = files::result_key(task.id, &run, 1);
            let bytes: Bytes = stored.bytes.clone();
            task.files =
                Files::Inline(vec![files.store(key, stored.filename.clone(), bytes).await?]);
            payload.remove("file");
        }
        if Operation::has_secrets(&task.operation, &payload) || size(&payload) > INLINE {
            files.save_payload(task.id, &payload).await?;
        } else {
            task.payload = Payload::Inline(payload);
        }
        Ok(task)
    }
}

fn size(payload: &Map<String, Value>) -> usize {
    serde_json::to_vec(payload).map_or(usize::MAX, |bytes| bytes.len())
}
