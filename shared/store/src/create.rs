use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use domain::{GroupId, Job, Schedule, Task};
use futures::{StreamExt, TryStreamExt, stream};

use crate::error::unless_lost;
use crate::item::Item;
use crate::transaction::{ATTEMPTS, Outcomes};
use crate::{Effect, Store, StoreError, job, schedule, task};

/// As many rows as one transaction takes, the job's among them.
const TRANSACTION: usize = 100;

/// As many rows as BatchWriteItem takes.
const BATCH: usize = 25;

/// How many calls of one creation are under way at once.
const PARALLEL: usize = 8;

impl Store {
    /// Creates a task that belongs to no job; says no when the same request was done before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn create_task(
        &self,
        task: &Task,
        effect: Option<&Effect>,
    ) -> Result<bool, StoreError> {
        let row = first_row(task::to_item(task), task.id.group(), task.created_at);
        self.put_first(row, effect).await
    }

    /// Creates a job and its tasks, all or nothing to whoever looks; says no when the same request
    /// was done before.
    ///
    /// What fits one transaction is one. A larger job's tasks are written first, marked as staged,
    /// which hides them; the job's row is what makes them one job; then the marks come off. Whoever
    /// settles the group takes off what a process that died has left on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn create_job(
        &self,
        job: &Job,
        tasks: &[Task],
        effect: Option<&Effect>,
    ) -> Result<bool, StoreError> {
        let first = first_row(job::to_item(job), job.id.group(), job.created_at);
        if tasks.len() + usize::from(effect.is_some()) < TRANSACTION {
            let rows = std::iter::once(first).chain(tasks.iter().map(task::to_item));
            return self.put_all(rows.collect(), effect).await;
        }
        self.stage(tasks).await?;
        if !self.put_first(first, effect).await? {
            let deletes = stream::iter(tasks.iter().map(|task| task.id).collect::<Vec<_>>());
            let deletes = deletes.map(|id| self.delete_task(id)).buffer_unordered(PARALLEL);
            return deletes.try_collect().await.map(|()| false);
        }
        // Collected, because the compiler cannot tell that a stream of borrowing futures may be sent.
        let unstage: Vec<_> = tasks.iter().map(|task| self.unstage(task)).collect();
        stream::iter(unstage).buffer_unordered(PARALLEL).try_collect().await.map(|()| true)
    }

    async fn stage(&self, tasks: &[Task]) -> Result<(), StoreError> {
        let row = |task: &Task| task::to_item(&Task { staged: true, ..task.clone() });
        let batches: Vec<Vec<Item>> =
            tasks.chunks(BATCH).map(|tasks| tasks.iter().map(row).collect()).collect();
        let writes = stream::iter(batches).map(|rows| self.write_batch(rows));
        writes.buffer_unordered(PARALLEL).try_collect().await
    }

    async fn write_batch(&self, rows: Vec<Item>) -> Result<(), StoreError> {
        let mut left = rows.into_iter().map(put_request).collect::<Result<Vec<_>, _>>()?;
        for attempt in 0..ATTEMPTS {
            let batch = self.client.batch_write_item().request_items(&self.table, left);
            let answer = batch.send().await.map_err(StoreError::from_sdk)?;
            left = answer.unprocessed_items.unwrap_or_default().into_values().flatten().collect();
            if left.is_empty() {
                return Ok(());
            }
            self.back_off(attempt).await;
        }
        Err(StoreError::Throttled)
    }

    /// Puts one new row, with the record of its effect if there is one.
    pub(crate) async fn put_first(
        &self,
        row: Item,
        effect: Option<&Effect>,
    ) -> Result<bool, StoreError> {
        if effect.is_some() {
            return self.put_all(vec![row], effect).await;
        }
        let put = self.client.put_item().table_name(&self.table).set_item(Some(row));
        // An id is random, or that of the very thing: that it is taken means that the call, or one like
        // it, was made before.
        unless_lost(put.condition_expression("attribute_not_exists(pk)").send().await)
            .map(|()| true)
    }

    /// Puts new rows in one transaction, the record of their effect among them.
    async fn put_all(&self, rows: Vec<Item>, effect: Option<&Effect>) -> Result<bool, StoreError> {
        let mut items =
            rows.into_iter().map(|row| self.put_new(row)).collect::<Result<Vec<_>, _>>()?;
        items.extend(effect.map(|effect| self.record(effect)).transpose()?);
        let Outcomes(failed) = self.transact(items).await?;
        // Rows whose id is taken were put by a call whose answer was lost.
        Ok(failed.is_empty() || effect.is_none())
    }
}

/// Makes a row the first of its group, with the schedule of a group that has just been created.
pub(crate) fn first_row(mut item: Item, group: GroupId, created_at: jiff::Timestamp) -> Item {
    schedule::write(&mut item, group, Schedule::first(created_at));
    item
}

fn put_request(row: Item) -> Result<WriteRequest, StoreError> {
    let put = PutRequest::builder().set_item(Some(row)).build();
    let put = put.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(WriteRequest::builder().put_request(put).build())
}
