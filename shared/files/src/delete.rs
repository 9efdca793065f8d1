use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use domain::{JobId, Run, TaskId};

use crate::{Files, FilesError, key};

impl Files {
    /// Deletes everything that lies under a task but its upload; nothing there is as good.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn delete_task(&self, task: TaskId) -> Result<(), FilesError> {
        self.delete_prefix(&key::task_prefix(task)).await
    }

    /// Deletes what a client has uploaded for a task; nothing there is as good.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn delete_upload(&self, task: TaskId) -> Result<(), FilesError> {
        self.delete_prefix(&key::upload_prefix(task)).await
    }

    /// Deletes everything that lies beside a job; nothing there is as good.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn delete_job(&self, job: JobId) -> Result<(), FilesError> {
        self.delete_prefix(&key::job_prefix(job)).await
    }

    /// Deletes what a run has stored.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn delete_run(&self, task: TaskId, run: &Run) -> Result<(), FilesError> {
        self.delete_prefix(&key::run_prefix(task, run)).await
    }

    /// Deletes one object.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn delete(&self, key: &str) -> Result<(), FilesError> {
        let delete = self.client().delete_object().bucket(&self.bucket).key(key);
        delete.send().await.map_err(FilesError::from_sdk)?;
        Ok(())
    }

    async fn delete_prefix(&self, prefix: &str) -> Result<(), FilesError> {
        let list = self.client().list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = list.into_paginator().send();
        while let Some(page) = pages.next().await {
            let objects = page.map_err(FilesError::from_sdk)?.contents.unwrap_or_default();
            let keys = objects.into_iter().filter_map(|object| object.key).collect::<Vec<_>>();
            self.delete_all(keys).await?;
        }
        Ok(())
    }

    /// Deletes up to 1,000 objects in one call.
    async fn delete_all(&self, keys: Vec<String>) -> Result<(), FilesError> {
        if keys.is_empty() {
            return Ok(());
        }
        let unfinished = |error: &dyn std::fmt::Display| FilesError::Unavailable(error.to_string());
        let ids = keys.into_iter().map(|key| ObjectIdentifier::builder().key(key).build());
        let ids = ids.collect::<Result<Vec<_>, _>>().map_err(|error| unfinished(&error))?;
        let delete = Delete::builder().set_objects(Some(ids)).quiet(true).build();
        let delete = delete.map_err(|error| unfinished(&error))?;
        let call = self.client().delete_objects().bucket(&self.bucket).delete(delete);
        let answer = call.send().await.map_err(FilesError::from_sdk)?;
        if answer.errors().is_empty() {
            Ok(())
        } else {
            Err(unfinished(&"some objects were not deleted"))
        }
    }
}
