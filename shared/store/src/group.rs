use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::{Group, GroupId, Job, JobId, Task, TaskId};

use crate::item::{Item, Row};
use crate::{Store, StoreError, job, pointer, schedule, task};

/// As many keys as BatchGetItem takes.
const BATCH: usize = 100;

impl Store {
    /// Reads a whole group as it is at this moment, with the rows of other groups that it names.
    ///
    /// What has expired is among it: [`domain::due()`] says what becomes of that.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn group(&self, id: GroupId) -> Result<Group, StoreError> {
        let mut group = self.own_rows(id).await?;
        group.foreign = self.tasks(&group.foreign_ids()).await?;
        Ok(group)
    }

    /// Reads the rows of a group alone.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn own_rows(&self, id: GroupId) -> Result<Group, StoreError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", schedule::partition(id));
        let mut pages = query.into_paginator().send();
        let mut group = empty(id);
        while let Some(page) = pages.next().await {
            for item in page.map_err(StoreError::from_sdk)?.items() {
                add(&mut group, item)?;
            }
        }
        Ok(group)
    }

    /// Reads tasks by their ids, as they are at this moment; those that are gone are not in it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn tasks(&self, ids: &[TaskId]) -> Result<HashMap<TaskId, Task>, StoreError> {
        let rows = self.rows(ids.iter().copied().map(task::key)).await?;
        rows.iter().map(|row| task::from_item(row).map(|task| (task.id, task))).collect()
    }

    /// Reads the rows of jobs by their ids, as they are at this moment; those that are gone are not
    /// in it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn jobs(&self, ids: &[JobId]) -> Result<HashMap<JobId, Job>, StoreError> {
        let rows = self.rows(ids.iter().copied().map(job::key)).await?;
        rows.iter().map(|row| job::from_item(row).map(|job| (job.id, job))).collect()
    }

    async fn rows(&self, keys: impl Iterator<Item = Item>) -> Result<Vec<Item>, StoreError> {
        let keys: Vec<_> = keys.collect();
        let mut rows = Vec::with_capacity(keys.len());
        for keys in keys.chunks(BATCH) {
            let mut left = keys.to_vec();
            while !left.is_empty() {
                left = self.read_batch(left, &mut rows).await?;
            }
        }
        Ok(rows)
    }

    /// Reads as much of a batch as DynamoDB gives at once and returns the keys that it left.
    async fn read_batch(
        &self,
        keys: Vec<Item>,
        rows: &mut Vec<Item>,
    ) -> Result<Vec<Item>, StoreError> {
        let asked = keys.len();
        let request =
            KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let request = request.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let batch = self.client.batch_get_item().request_items(&self.table, request);
        let mut answer = batch.send().await.map_err(StoreError::from_sdk)?;
        rows.extend(answer.responses.take().unwrap_or_default().into_values().flatten());
        let unprocessed = answer.unprocessed_keys.take().unwrap_or_default();
        let left: Vec<_> = unprocessed.into_values().flat_map(|request| request.keys).collect();
        // Nothing read at all is the table's way of saying that it is throttled.
        if left.len() == asked { Err(StoreError::Throttled) } else { Ok(left) }
    }
}

fn empty(id: GroupId) -> Group {
    Group {
        id,
        job: None,
        tasks: Vec::new(),
        pointers: Vec::new(),
        foreign: HashMap::new(),
        schedule: None,
    }
}

fn add(group: &mut Group, item: &Item) -> Result<(), StoreError> {
    if let Some(pointer) = pointer::from_item(item)? {
        group.pointers.push(pointer);
    } else if Row(item).parse::<TaskId>("sk").is_ok() {
        group.tasks.push(task::from_item(item)?);
    } else {
        group.job = Some(job::from_item(item)?);
    }
    group.schedule = group.schedule.or(schedule::read(item)?);
    Ok(())
}
