use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::{Job, JobStatus, Schedule, Task};

use crate::change::Change;
use crate::create::first_row;
use crate::item::{number, text, time, word};
use crate::transaction::Outcomes;
use crate::{Effect, Store, StoreError, index, job, task};

/// How a retry went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// The new task is there.
    Done,
    /// What it goes by has changed since it was seen.
    Changed,
    /// The same request was done before.
    Repeated,
}

impl Store {
    /// Puts a new try into a job as it was seen, and opens the job again if it had ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn retry_in_job(
        &self,
        job: &Job,
        new: &Task,
        effect: Option<&Effect>,
    ) -> Result<Retried, StoreError> {
        let next = Schedule::first(new.created_at);
        let opened = Change::new(job::key(job.id))
            .set("status", word(JobStatus::Processing))
            .set("owned_status", index::job_status(&job.owner, JobStatus::Processing))
            .set("numbers", number(job.numbers.saturating_add(1)))
            .set("due", time(next.due))
            .set("looks", number(next.looks))
            .add("version :one")
            .remove("started_at, ended_at, expires_at")
            .value("one", number(1))
            .value("version", number(job.version))
            .when(
                "attribute_exists(pk) AND version = :version AND attribute_not_exists(deleted) \
                 AND attribute_not_exists(announce)",
            );
        let opened = match new.name() {
            Some(name) if job.lost.contains(name) => opened
                .delete("lost :lost")
                .value("lost", AttributeValue::Ss(vec![name.to_string()])),
            Some(_) | None => opened,
        };
        self.retry(task::to_item(new), opened, effect).await
    }

    /// Puts a new try of a task that belongs to no job, and notes it at the task it tries again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn retry_single(
        &self,
        old: &Task,
        new: &Task,
        effect: Option<&Effect>,
    ) -> Result<Retried, StoreError> {
        let known = if old.retries.is_empty() {
            "attribute_not_exists(retries)"
        } else {
            "size(retries) = :known"
        };
        let noted = Change::new(task::key(old.id))
            .set_by("retries = list_append(if_not_exists(retries, :none), :new)")
            .value("none", AttributeValue::L(Vec::new()))
            .value("new", AttributeValue::L(vec![text(new.id)]))
            .when(format!("attribute_exists(pk) AND attribute_not_exists(deleted) AND {known}"));
        let count = i64::try_from(old.retries.len()).unwrap_or(i64::MAX);
        let noted =
            if old.retries.is_empty() { noted } else { noted.value("known", number(count)) };
        let row = first_row(task::to_item(new), new.id.group(), new.created_at);
        self.retry(row, noted, effect).await
    }

    async fn retry(
        &self,
        row: crate::item::Item,
        change: Change,
        effect: Option<&Effect>,
    ) -> Result<Retried, StoreError> {
        let mut items: Vec<TransactWriteItem> =
            vec![self.put_new(row)?, change.in_transaction(&self.table)?];
        items.extend(effect.map(|effect| self.record(effect)).transpose()?);
        let Outcomes(failed) = self.transact(items).await?;
        Ok(match failed.as_slice() {
            [] => Retried::Done,
            failed if failed.contains(&2) => Retried::Repeated,
            _ => Retried::Changed,
        })
    }
}
