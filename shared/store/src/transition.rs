use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{Event, Failure, Files, From, Output, Run, Status, Task, TaskId, expiry};
use jiff::Timestamp;

use crate::error::unless_lost;
use crate::item::{Item, Row, json, number, text, time, time_to_live, word};
use crate::{Store, StoreError, task};

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
    pub async fn apply(&self, id: TaskId, event: &Event) -> Result<Outcome, StoreError> {
        let op = self.entropy.hex::<8>();
        let update = self.client.update_item().table_name(&self.table).set_key(Some(task::key(id)));
        let update = match event {
            Event::Claim { run, at, deadline } => claim(update, run, *at, *deadline),
            Event::Finish { from, at, output } => finish(end(update, from, *at), output),
            Event::Fail { from, at, failure } => fail(end(update, from, *at), failure),
        };
        let result = update
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":op", text(&op))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(done) => {
                Ok(Outcome::Applied(task::from_item(&done.attributes.unwrap_or_default())?))
            }
            Err(error) => self.lost(error, &op),
        }
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
        let gone = task.is_expired(self.clock.now());
        Ok(if own {
            Outcome::Applied(task)
        } else if gone {
            Outcome::Gone
        } else {
            Outcome::Lost(task)
        })
    }

    /// Writes how far a run has come and says whether it still holds the task.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn progress(&self, id: TaskId, run: &Run, percent: u8) -> Result<bool, StoreError> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(task::key(id)));
        let update = update
            .update_expression("SET #percent = :percent")
            .condition_expression(
                "attribute_exists(pk) AND #status = :processing AND attempt = :attempt AND nonce = :nonce",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#percent", "percent")
            .expression_attribute_values(":percent", number(percent))
            .expression_attribute_values(":processing", word(Status::Processing));
        match held_by(update, run).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Shows a task whose job has been made whole.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn unstage(&self, id: TaskId) -> Result<(), StoreError> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(task::key(id)));
        let shown = update
            .update_expression("REMOVE staged, expires_at")
            .condition_expression("attribute_exists(pk) AND attribute_exists(staged)");
        unless_lost(shown.send().await)
    }
}

const EXISTS: &str = "attribute_exists(pk) AND attribute_not_exists(staged)";

fn claim(
    update: UpdateItemFluentBuilder,
    run: &Run,
    at: Timestamp,
    deadline: Timestamp,
) -> UpdateItemFluentBuilder {
    held_by(update, run)
        .condition_expression(format!(
            "{EXISTS} AND (#status = :waiting OR (#status = :processing AND attempt <= :attempt))"
        ))
        .update_expression(
            "SET #status = :processing, attempt = :attempt, nonce = :nonce, deadline = :deadline, \
             started_at = if_not_exists(started_at, :at), op = :op",
        )
        .expression_attribute_values(":waiting", word(Status::Waiting))
        .expression_attribute_values(":processing", word(Status::Processing))
        .expression_attribute_values(":deadline", time(deadline))
        .expression_attribute_values(":at", time(at))
}

fn held_by(update: UpdateItemFluentBuilder, run: &Run) -> UpdateItemFluentBuilder {
    update
        .expression_attribute_values(":attempt", number(run.attempt))
        .expression_attribute_values(":nonce", text(&run.nonce))
}

fn end(update: UpdateItemFluentBuilder, from: &From, at: Timestamp) -> UpdateItemFluentBuilder {
    let update = update
        .expression_attribute_values(":at", time(at))
        .expression_attribute_values(":expires", time_to_live(expiry(at)));
    let waiting = |update: UpdateItemFluentBuilder| {
        update.expression_attribute_values(":waiting", word(Status::Waiting))
    };
    let processing = |update: UpdateItemFluentBuilder| {
        update.expression_attribute_values(":processing", word(Status::Processing))
    };
    match from {
        From::Waiting => {
            waiting(update).condition_expression(format!("{EXISTS} AND #status = :waiting"))
        }
        From::Run(run) => held_by(processing(update), run).condition_expression(format!(
            "{EXISTS} AND #status = :processing AND attempt = :attempt AND nonce = :nonce"
        )),
        From::Open => waiting(processing(update))
            .condition_expression(format!("{EXISTS} AND #status IN (:waiting, :processing)")),
    }
}

const ENDED: &str = "#status = :status, started_at = if_not_exists(started_at, :at), ended_at = :at, \
                     expires_at = :expires, op = :op";

fn finish(update: UpdateItemFluentBuilder, output: &Output) -> UpdateItemFluentBuilder {
    let mut values = Item::new();
    let mut set = |name: &str, value| values.insert(name.to_owned(), value);
    match &output.files {
        Files::Inline(files) => {
            set("files", json(files));
        }
        Files::Stored { key, count } => {
            set("files_key", text(key));
            set("files_count", number(i64::try_from(*count).unwrap_or(i64::MAX)));
        }
    }
    if let Some((engine, version)) = &output.engine {
        set("engine", text(engine));
        set("engine_version", text(version));
    }
    if let Some(message) = &output.message {
        set("message", text(message));
    }
    if let Some(secret) = &output.secret {
        set("secret", text(secret));
    }
    set("percent", number(100));
    ended(update, Status::Finished, values)
}

fn fail(update: UpdateItemFluentBuilder, failure: &Failure) -> UpdateItemFluentBuilder {
    let values =
        [("code".to_owned(), word(failure.code)), ("message".to_owned(), text(&failure.message))];
    ended(update, Status::Error, values.into())
}

/// Ends the task with these attributes, whose names may be words that DynamoDB reserves.
fn ended(update: UpdateItemFluentBuilder, status: Status, values: Item) -> UpdateItemFluentBuilder {
    let sets: String = values.keys().map(|name| format!(", #{name} = :{name}")).collect();
    let update = update
        .update_expression(format!("SET {ENDED}{sets}"))
        .expression_attribute_values(":status", word(status));
    values.into_iter().fold(update, |update, (name, value)| {
        update
            .expression_attribute_names(format!("#{name}"), &name)
            .expression_attribute_values(format!(":{name}"), value)
    })
}
