use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, PutRequest, TransactWriteItem, WriteRequest};
use domain::{GroupId, Job, Schedule, Task};
use futures::{StreamExt, TryStreamExt, stream};

use crate::error::unless_lost;
use crate::item::Item;
use crate::{Store, StoreError, job, schedule, task};

/// As many rows as one transaction takes, the job's among them.
const TRANSACTION: usize = 100;

/// As many rows as BatchWriteItem takes.
const BATCH: usize = 25;

/// How many calls of one creation are under way at once.
const PARALLEL: usize = 8;

impl Store {
    /// Creates a task that belongs to no job.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn create_task(&self, task: &Task) -> Result<(), StoreError> {
        self.put_one(first_row(task::to_item(task), task.id.group(), task.created_at)).await
    }

    /// Creates a job and its tasks, all or nothing to whoever looks.
    ///
    /// What fits one transaction is one. A larger job's tasks are written first, marked as staged,
    /// which hides them; the job's row is what makes them one job; then the marks come off. Whoever
    /// settles the group takes off what a process that died has left on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn create_job(&self, job: &Job, tasks: &[Task]) -> Result<(), StoreError> {
        let first = first_row(job::to_item(job), job.id.group(), job.created_at);
        if tasks.len() < TRANSACTION {
            let rows = std::iter::once(first).chain(tasks.iter().map(task::to_item));
            return self.put_all(rows.collect()).await;
        }
        self.stage(tasks).await?;
        self.put_one(first).await?;
        let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
        let unstage = stream::iter(ids).map(|id| self.unstage(id));
        unstage.buffer_unordered(PARALLEL).try_collect().await
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

    /// Puts one new row.
    ///
    /// A group's id is random: that it is taken means that the SDK repeated a call whose answer was
    /// lost.
    async fn put_one(&self, row: Item) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(row));
        unless_lost(put.condition_expression("attribute_not_exists(pk)").send().await)
    }

    /// Puts new rows in one transaction.
    ///
    /// The SDK makes it idempotent by a token of its own, but leaves a conflict with another
    /// transaction to its caller.
    async fn put_all(&self, rows: Vec<Item>) -> Result<(), StoreError> {
        let puts = rows.into_iter().map(|row| self.put_new(row)).collect::<Result<Vec<_>, _>>()?;
        for attempt in 0..ATTEMPTS {
            let transaction =
                self.client.transact_write_items().set_transact_items(Some(puts.clone()));
            match transaction.send().await {
                Ok(_) => return Ok(()),
                Err(error) if is_passing(&error) => self.back_off(attempt).await,
                Err(error) => return Err(StoreError::from_sdk(error)),
            }
        }
        Err(StoreError::Throttled)
    }

    fn put_new(&self, row: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(row));
        let put =
            put.condition_expression("attribute_not_exists(pk)").build().map_err(incomplete)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Waits 50 ms, twice as long each time, of which up to half is left to chance.
    async fn back_off(&self, attempt: u32) {
        let [chance] = self.entropy.bytes::<1>();
        let full = Duration::from_millis(50) * 2_u32.pow(attempt);
        self.clock.sleep(full.mul_f32(0.5 + f32::from(chance) / 512.0)).await;
    }
}

/// How often a conflict or a batch done in part is tried again.
const ATTEMPTS: u32 = 5;

fn first_row(mut item: Item, group: GroupId, created_at: jiff::Timestamp) -> Item {
    schedule::write(&mut item, group, Schedule::first(created_at));
    item
}

fn put_request(row: Item) -> Result<WriteRequest, StoreError> {
    let put = PutRequest::builder().set_item(Some(row)).build().map_err(incomplete)?;
    Ok(WriteRequest::builder().put_request(put).build())
}

fn incomplete(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Tells what a moment's wait cures, a conflict or a throttle, from what it does not.
fn is_passing<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => return false,
    };
    let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    reasons.iter().filter_map(|reason| reason.code()).any(|code| passing.contains(&code))
}
