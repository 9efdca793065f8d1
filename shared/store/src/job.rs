use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Job, JobEvent, JobId, JobStatus, OwnerId, TaskName};
use jiff::Timestamp;

use crate::change::Change;
use crate::error::unless_lost;
use crate::item::{Item, Row, expiry, number, text, time, word};
use crate::{Store, StoreError, index};

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
        Ok(job.filter(|job| !job.is_gone(now)))
    }

    /// Ends a job as it was seen, with what is to be told of that: nothing happens when it was opened
    /// again, has ended or is gone.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn end_job(&self, job: &Job, end: &JobEnd) -> Result<(), StoreError> {
        let change = Change::new(key(job.id))
            .set("status", word(end.status))
            .set("owned_status", index::job_status(&job.owner, end.status))
            .set("ended_at", time(end.at))
            .set("expires_at", expiry(self.expiry(end.at)))
            .value("version", number(job.version))
            .when(
                "attribute_exists(pk) AND version = :version AND attribute_not_exists(ended_at) \
                 AND attribute_not_exists(deleted)",
            );
        let started_at = end.started_at.map(|at| ("started_at", time(at)));
        let announce = words(&end.announce).map(|words| ("announce", words));
        let more = started_at.into_iter().chain(announce);
        let change = more.fold(change, |change, (name, value)| change.set(name, value));
        self.make(change).await.map(drop)
    }

    /// Notes that webhooks have been told of a job's event, as the job was when they were: an end
    /// that came after is still to be told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn announced(&self, job: &Job, event: JobEvent) -> Result<(), StoreError> {
        let event_set = AttributeValue::Ss(vec![event_word(event)]);
        let told = Change::new(key(job.id)).delete("announce :event").value("event", event_set);
        let told = match event {
            JobEvent::Created => told.when("attribute_exists(pk)"),
            JobEvent::Finished | JobEvent::Failed => told
                .when("attribute_exists(pk) AND version = :version")
                .value("version", number(job.version)),
        };
        self.make(told).await.map(drop)
    }

    /// Notes that a task which had not finished goes, so that its job cannot end well.
    ///
    /// An ending that has not seen that fails; one that has been stays as it is, until the job is
    /// opened again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn lose_task(&self, id: JobId, name: &TaskName) -> Result<(), StoreError> {
        let lost = |change: Change| {
            change.add("lost :name").value("name", AttributeValue::Ss(vec![name.to_string()]))
        };
        let open = lost(Change::new(key(id)))
            .add("version :one")
            .value("one", number(1))
            .when("attribute_exists(pk) AND attribute_not_exists(ended_at)");
        if self.make(open).await? {
            return Ok(());
        }
        self.make(lost(Change::new(key(id))).when("attribute_exists(ended_at)")).await.map(drop)
    }

    /// Marks a job as deleted: to whoever looks it is gone, and settling deletes all that is left.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn discard_job(&self, job: &Job) -> Result<(), StoreError> {
        let discarded = Change::new(key(job.id))
            .set("deleted", AttributeValue::Bool(true))
            .set("due", time(self.clock.now()))
            .set("looks", number(0))
            .add("version :one")
            .value("one", number(1))
            .remove(index::REMOVE)
            .remove("announce")
            .when("attribute_exists(pk)");
        self.make(discarded).await.map(drop)
    }

    /// Has a job's group looked at by `at`, if it was to be later.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn look_by(&self, id: JobId, at: Timestamp) -> Result<(), StoreError> {
        let sooner = Change::new(key(id))
            .set("due", time(at))
            .set("looks", number(0))
            .when("attribute_exists(pk) AND due > :due");
        self.make(sooner).await.map(drop)
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

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// How well.
    pub status: JobStatus,
    /// When.
    pub at: Timestamp,
    /// When the first of its tasks was begun.
    pub started_at: Option<Timestamp>,
    /// What is to be told to webhooks.
    pub announce: Vec<JobEvent>,
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
    set("numbers", number(job.numbers));
    set("address", text(&job.address));
    if let Some(tag) = &job.tag {
        set("tag", text(tag));
    }
    if let Some(url) = &job.webhook_url {
        set("webhook_url", text(url));
    }
    if let Some(announce) = words(&job.announce) {
        set("announce", announce);
    }
    index::list_job(&mut item, job);
    item
}

/// A set may not be empty.
fn words(events: &[JobEvent]) -> Option<AttributeValue> {
    let words: Vec<_> = events.iter().copied().map(event_word).collect();
    (!words.is_empty()).then_some(AttributeValue::Ss(words))
}

fn event_word(event: JobEvent) -> String {
    word(event).as_s().cloned().unwrap_or_default()
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
        started_at: row.optional_time("started_at")?,
        ended_at: row.optional_time("ended_at")?,
        expires_at: row.expiry("expires_at")?,
        numbers: row.number("numbers")?,
        lost: names(row)?,
        deleted: row.flag("deleted"),
        address: row.text("address")?.to_owned(),
        webhook_url: row.optional_text("webhook_url").map(ToOwned::to_owned),
        announce: row.words("announce")?,
    })
}

fn names(row: Row<'_>) -> Result<BTreeSet<TaskName>, StoreError> {
    row.words("lost").map(|names| names.into_iter().collect())
}
