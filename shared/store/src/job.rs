use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Job, JobId, JobStatus, OwnerId, expiry};
use jiff::Timestamp;

use crate::error::unless_lost;
use crate::item::{Item, Row, number, text, time, time_to_live, word};
use crate::{Store, StoreError};

impl Store {
    /// Reads a job's own row, as it is at this moment; none when it is gone or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(id)));
        let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        let job = found.as_ref().map(from_item).transpose()?;
        let now = self.clock.now();
        Ok(job.filter(|job| !job.is_expired(now)))
    }

    /// Ends a job as it was seen: nothing happens when it was opened again, has ended or is gone.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn end_job(
        &self,
        job: &Job,
        status: JobStatus,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(job.id)));
        let ended = update
            .update_expression("SET #status = :status, ended_at = :at, expires_at = :expires")
            .condition_expression(
                "attribute_exists(pk) AND version = :version AND attribute_not_exists(ended_at)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", word(status))
            .expression_attribute_values(":at", time(at))
            .expression_attribute_values(":expires", time_to_live(expiry(at)))
            .expression_attribute_values(":version", number(job.version));
        unless_lost(ended.send().await)
    }

    /// Deletes the row of a job, unless it was opened again since it was seen.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn delete_job(&self, job: &Job) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key(job.id)));
        let deleted = delete
            .condition_expression("version = :version")
            .expression_attribute_values(":version", number(job.version));
        unless_lost(deleted.send().await)
    }
}

/// Returns the key of a job's row.
pub(crate) fn key(id: JobId) -> Item {
    [("pk".to_owned(), text(id)), ("sk".to_owned(), text(id))].into()
}

/// Makes the row of a job that has just been created.
pub(crate) fn to_item(job: &Job) -> Item {
    let mut item = key(job.id);
    let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    set("owner", text(&job.owner));
    set("status", word(job.status));
    set("version", number(job.version));
    set("created_at", time(job.created_at));
    if let Some(tag) = &job.tag {
        set("tag", text(tag));
    }
    item
}

/// Reads a job's row.
pub(crate) fn from_item(item: &Item) -> Result<Job, StoreError> {
    let row = Row(item);
    Ok(Job {
        id: row.parse("sk")?,
        owner: OwnerId::parse(row.text("owner")?).map_err(|_| StoreError::Malformed("owner"))?,
        tag: row.optional_text("tag").map(ToOwned::to_owned),
        status: row.word("status")?,
        version: row.number("version")?,
        created_at: row.time("created_at")?,
        ended_at: row.optional_time("ended_at")?,
    })
}
