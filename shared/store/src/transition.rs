use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{Event, Failure, Files, From, Output, OwnerId, Run, Status, Task, TaskId};
use jiff::Timestamp;

use crate::change::Change;
use crate::item::{Item, Row, expiry, json, number, text, time, word};
use crate::transaction::Outcomes;
use crate::{Effect, Store, StoreError, index, task};

/// How a transition went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The task is now as the event says.
    Applied(Task),
    /// Somebody else was first: this is how the task stands.
    Lost(Task),
    /// There is no such task any more.
    Gone,
}

impl Outcome {
    /// Returns the task as it is now, unless it is gone.
    #[must_use]
    pub fn task(self) -> Option<Task> {
        match self {
            Self::Applied(task) | Self::Lost(task) => Some(task),
            Self::Gone => None,
        }
    }
}

impl Store {
    /// Lets an event happen to a task, in one conditional write.
    ///
    /// Each write bears an id of its own: when the SDK repeats one whose answer was lost, it finds
    /// its own mark and has won after all.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn apply(
        &self,
        id: TaskId,
        owner: &OwnerId,
        event: &Event,
    ) -> Result<Outcome, StoreError> {
        let op = self.entropy.hex::<8>();
        self.settle_change(self.change(id, owner, event, &op), &op).await
    }

    /// Makes a change that bears `op` and says how it went.
    pub(crate) async fn settle_change(
        &self,
        change: Change,
        op: &str,
    ) -> Result<Outcome, StoreError> {
        let result = change
            .request(&self.client, &self.table)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(done) => {
                Ok(Outcome::Applied(task::from_item(&done.attributes.unwrap_or_default())?))
            }
            Err(error) => self.lost(error, op),
        }
    }

    /// Lets an event happen to a task and records that it did, both or neither; none when the
    /// record is there already.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn apply_once(
        &self,
        id: TaskId,
        owner: &OwnerId,
        event: &Event,
        effect: &Effect,
    ) -> Result<Option<Outcome>, StoreError> {
        let change = self.change(id, owner, event, &self.entropy.hex::<8>());
        let items = vec![change.in_transaction(&self.table)?, self.record(effect)?];
        let Outcomes(failed) = self.transact(items).await?;
        if failed.contains(&1) {
            return Ok(None);
        }
        let task = self.task(id).await?;
        Ok(Some(match task {
            Some(task) if failed.is_empty() => Outcome::Applied(task),
            Some(task) => Outcome::Lost(task),
            None => Outcome::Gone,
        }))
    }

    fn change(&self, id: TaskId, owner: &OwnerId, event: &Event, op: &str) -> Change {
        let change = Change::new(task::key(id)).name("status").value("op", text(op));
        let (change, status) = match event {
            Event::Claim { run, at, deadline } => {
                (claim(change, run, *at, *deadline), Status::Processing)
            }
            Event::Finish { from, at, output } => {
                let end = end(change, from, *at, self.expiry(*at));
                (finish(end, output), Status::Finished)
            }
            Event::Fail { from, at, failure } => {
                (fail(end(change, from, *at, self.expiry(*at)), failure), Status::Error)
            }
        };
        change
            .set("status", word(status))
            .set("owned_status", index::task_status(owner, status))
            .set_by("op = :op")
    }

    /// Reads from a failed condition how the task stands.
    fn lost<R: std::fmt::Debug + 'static>(
        &self,
        error: SdkError<UpdateItemError, R>,
        op: &str,
    ) -> Result<Outcome, StoreError> {
        let Some(UpdateItemError::ConditionalCheckFailedException(failed)) =
            error.as_service_error()
        else {
            return Err(StoreError::from_sdk(error));
        };
        let Some(item) = failed.item() else { return Ok(Outcome::Gone) };
        let task = task::from_item(item)?;
        let own = Row(item).optional_text("op") == Some(op);
        let gone = task.is_gone(self.clock.now());
        Ok(if own {
            Outcome::Applied(task)
        } else if gone {
            Outcome::Gone
        } else {
            Outcome::Lost(task)
        })
    }

    /// Writes how far a run has come, and what it says of that, and says whether it still holds the
    /// task.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn progress(
        &self,
        id: TaskId,
        run: &Run,
        (percent, words): (u8, Option<&str>),
    ) -> Result<bool, StoreError> {
        let change = Change::new(task::key(id)).set("percent", number(percent));
        let change = words.into_iter().fold(change, |change, it| change.set("message", text(it)));
        let change = change
            .name("status")
            .value("processing", word(Status::Processing))
            .when(
                "attribute_exists(pk) AND #status = :processing AND attempt = :attempt AND nonce = :nonce",
            );
        self.make(held_by(change, run)).await
    }

    /// Shows a task whose job has been made whole, in lists too.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn unstage(&self, task: &Task) -> Result<(), StoreError> {
        let mut listed = Item::new();
        index::list_task(&mut listed, task);
        let shown = Change::new(task::key(task.id))
            .remove("staged, expires_at")
            .when("attribute_exists(pk) AND attribute_exists(staged)");
        let shown = listed.into_iter().fold(shown, |shown, (name, value)| shown.set(&name, value));
        self.make(shown).await.map(drop)
    }
}

/// What every change of a task demands of its row.
pub(crate) const EXISTS: &str =
    "attribute_exists(pk) AND attribute_not_exists(staged) AND attribute_not_exists(deleted)";

fn claim(change: Change, run: &Run, at: Timestamp, deadline: Timestamp) -> Change {
    held_by(change, run)
        .when(format!(
            "{EXISTS} AND (#status = :waiting OR (#status = :processing AND attempt <= :attempt))"
        ))
        .set_by("attempt = :attempt, nonce = :nonce, started_at = if_not_exists(started_at, :at)")
        .set("deadline", time(deadline))
        .value("waiting", word(Status::Waiting))
        .value("processing", word(Status::Processing))
        .value("at", time(at))
}

fn held_by(change: Change, run: &Run) -> Change {
    change.value("attempt", number(run.attempt)).value("nonce", text(&run.nonce))
}

/// A run that ends its own task will store no more: its deadline goes. One from which the task is
/// taken keeps it, so that the row outlives what it may still be storing.
fn end(change: Change, from: &From, at: Timestamp, expires_at: Timestamp) -> Change {
    let change = change
        .set_by("started_at = if_not_exists(started_at, :ended_at)")
        .set("ended_at", time(at))
        .set("expires_at", expiry(expires_at));
    let waiting = |change: Change| change.value("waiting", word(Status::Waiting));
    let processing = |change: Change| change.value("processing", word(Status::Processing));
    match from {
        From::Waiting => waiting(change).when(format!("{EXISTS} AND #status = :waiting")),
        From::Run(run) => held_by(processing(change), run)
            .when(format!(
                "{EXISTS} AND #status = :processing AND attempt = :attempt AND nonce = :nonce"
            ))
            .remove("deadline"),
        From::Open => waiting(processing(change))
            .when(format!("{EXISTS} AND #status IN (:waiting, :processing)")),
    }
}

fn finish(change: Change, output: &Output) -> Change {
    let mut values = Vec::new();
    match &output.files {
        Files::Inline(files) => values.push(("files", json(files))),
        Files::Stored { key, count } => {
            values.push(("files_key", text(key)));
            values.push(("files_count", number(i64::try_from(*count).unwrap_or(i64::MAX))));
        }
    }
    if let Some((engine, version)) = &output.engine {
        values.extend([("engine", text(engine)), ("engine_version", text(version))]);
    }
    if !output.details.is_empty() {
        values.push(("details", json(&output.details)));
    }
    values.extend(output.message.as_ref().map(|message| ("message", text(message))));
    values.extend(output.secret.as_ref().map(|secret| ("secret", text(secret))));
    values.push(("percent", number(100)));
    let change = values.into_iter().fold(change, |change, (name, value)| change.set(name, value));
    // What was said of the work is no longer so.
    let change = if output.message.is_none() { change.remove("message") } else { change };
    said(change, &output.log)
}

fn fail(change: Change, failure: &Failure) -> Change {
    let change = change.set("code", word(failure.code)).set("message", text(&failure.message));
    said(change, &failure.log)
}

fn said(change: Change, log: &[String]) -> Change {
    if log.is_empty() { change } else { change.set("log", json(&log)) }
}
