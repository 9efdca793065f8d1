use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Code, Failure, Files, Input, OwnerId, Payload, Run, STAGING, Scope, State, Status, Task,
    TaskId, TaskName,
};

use crate::change::Change;
use crate::error::unless_lost;
use crate::item::{Item, Row, expiry, json, number, text, time, word};
use crate::{Store, StoreError, index};

impl Store {
    /// Reads one task, as it is at this moment; none when it is gone or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn task(&self, id: TaskId) -> Result<Option<Task>, StoreError> {
        let key = key(id);
        let get =
            self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        let found = get.send().await.map_err(StoreError::from_sdk)?.item;
        let task = found.as_ref().map(from_item).transpose()?;
        let now = self.clock.now();
        Ok(task.filter(|task| !task.is_gone(now)))
    }

    /// Deletes a task's row; that it is gone already is as good.
    ///
    /// It stays while a run from which the task was taken away may still store something: that run
    /// says when it has cleaned up ([`Self::release`]), or is dead when its deadline has passed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn delete_task(&self, id: TaskId) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key(id)));
        let deleted = delete
            .condition_expression("attribute_not_exists(deadline) OR deadline <= :now")
            .expression_attribute_values(":now", time(self.clock.now()));
        unless_lost(deleted.send().await)
    }

    /// Notes that a run which lost its task has deleted what it stored.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn release(&self, id: TaskId, run: &Run) -> Result<(), StoreError> {
        let released = Change::new(key(id))
            .remove("deadline")
            .name("status")
            .value("processing", word(Status::Processing))
            .value("nonce", text(&run.nonce))
            .when("attribute_exists(pk) AND nonce = :nonce AND #status <> :processing");
        self.make(released).await.map(drop)
    }
}

/// Returns the key of a task's row.
pub(crate) fn key(id: TaskId) -> Item {
    [("pk".to_owned(), text(id.group())), ("sk".to_owned(), text(id))].into()
}

/// Makes the row of a task that has just been created.
pub(crate) fn to_item(task: &Task) -> Item {
    let mut item = key(task.id);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set("owner", text(&task.owner));
    set("operation", text(&task.operation));
    set("work", word(task.work));
    set("status", word(task.state.status()));
    set("created_at", time(task.created_at));
    set("percent", number(task.percent));
    if let Scope::Job(name) = &task.scope {
        set("name", text(name));
    }
    if let Payload::Inline(payload) = &task.payload {
        set("payload", json(payload));
    }
    if !task.inputs.is_empty() {
        set("inputs", AttributeValue::L(task.inputs.iter().map(input_to_text).collect()));
    }
    if task.ignore_error {
        set("ignore_error", AttributeValue::Bool(true));
    }
    if let Files::Inline(files) = &task.files
        && !files.is_empty()
    {
        set("files", json(files));
    }
    if let Some(key) = &task.key {
        set("key", text(key));
    }
    if let Some(original) = task.retry_of {
        set("retry_of", text(original));
    }
    if task.staged {
        set("staged", AttributeValue::Bool(true));
        let end = task.created_at.saturating_add(STAGING).unwrap_or(task.created_at);
        set("expires_at", expiry(end));
    } else {
        index::list_task(&mut item, task);
    }
    item
}

/// Reads a task's row.
pub(crate) fn from_item(item: &Item) -> Result<Task, StoreError> {
    let row = Row(item);
    let state = state(row)?;
    Ok(Task {
        id: row.parse("sk")?,
        owner: OwnerId::parse(row.text("owner")?).map_err(|_| StoreError::Malformed("owner"))?,
        scope: scope(row)?,
        operation: row.text("operation")?.to_owned(),
        work: row.word("work")?,
        payload: if item.contains_key("payload") {
            Payload::Inline(row.json("payload")?)
        } else {
            Payload::Stored
        },
        inputs: row.texts("inputs")?.into_iter().map(input_from_text).collect::<Result<_, _>>()?,
        ignore_error: row.flag("ignore_error"),
        created_at: row.time("created_at")?,
        expires_at: match state.ended_at() {
            Some(_) => row.expiry("expires_at")?,
            None => None,
        },
        state,
        percent: row.number("percent")?,
        message: row.optional_text("message").map(ToOwned::to_owned),
        engine: engine(row),
        files: files(row)?,
        details: row.optional_json("details")?.unwrap_or_default(),
        log: row.optional_json("log")?.unwrap_or_default(),
        secret: row.optional_text("secret").map(ToOwned::to_owned),
        key: row.optional_text("key").map(str::parse).transpose().map_err(|_| malformed("key"))?,
        retry_of: row
            .optional_text("retry_of")
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("retry_of"))?,
        retries: retries(row)?,
        staged: row.flag("staged"),
        deleted: row.flag("deleted"),
    })
}

fn malformed(name: &'static str) -> StoreError {
    StoreError::Malformed(name)
}

fn retries(row: Row<'_>) -> Result<Vec<TaskId>, StoreError> {
    let ids = row.texts("retries")?.into_iter();
    ids.map(|id| id.parse().map_err(|_| malformed("retries"))).collect()
}

fn scope(row: Row<'_>) -> Result<Scope, StoreError> {
    let Some(name) = row.optional_text("name") else { return Ok(Scope::Single) };
    let name = TaskName::try_from(name.to_owned()).map_err(|_| StoreError::Malformed("name"))?;
    Ok(Scope::Job(name))
}

/// An input is its task's id, with a question mark behind it when its failure can be done without.
fn input_to_text(input: &Input) -> AttributeValue {
    let mark = if input.optional { "?" } else { "" };
    text(format_args!("{}{mark}", input.task))
}

fn input_from_text(text: &str) -> Result<Input, StoreError> {
    let (id, optional) = text.strip_suffix('?').map_or((text, false), |id| (id, true));
    let task = id.parse().map_err(|_| StoreError::Malformed("inputs"))?;
    Ok(Input { task, optional })
}

fn state(row: Row<'_>) -> Result<State, StoreError> {
    let times = || Ok((row.time("started_at")?, row.time("ended_at")?));
    Ok(match row.word("status")? {
        Status::Waiting => State::Waiting,
        Status::Processing => State::Processing {
            started_at: row.time("started_at")?,
            run: Run { attempt: row.number("attempt")?, nonce: row.text("nonce")?.to_owned() },
            deadline: row.time("deadline")?,
        },
        Status::Finished => {
            let (started_at, ended_at) = times()?;
            State::Finished { started_at, ended_at }
        }
        Status::Error => {
            let (started_at, ended_at) = times()?;
            let failure = Failure::new(row.word::<Code>("code")?, row.text("message")?);
            State::Error { started_at, ended_at, failure }
        }
    })
}

fn engine(row: Row<'_>) -> Option<(String, String)> {
    let version = row.optional_text("engine_version").unwrap_or_default();
    row.optional_text("engine").map(|name| (name.to_owned(), version.to_owned()))
}

fn files(row: Row<'_>) -> Result<Files, StoreError> {
    if let Some(key) = row.optional_text("files_key") {
        return Ok(Files::Stored {
            key: key.to_owned(),
            count: row.number::<u32>("files_count")? as usize,
        });
    }
    if row.0.contains_key("files") {
        row.json("files").map(Files::Inline)
    } else {
        Ok(Files::default())
    }
}

#[cfg(test)]
mod tests {
    use domain::{File, FileName, GroupId, Work};
    use jiff::Timestamp;

    use super::*;

    fn task() -> Task {
        let group = GroupId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        let name = FileName::sanitize("a b.png").unwrap();
        Task {
            id: group.task(2),
            owner: OwnerId::parse("default").unwrap(),
            scope: Scope::Job(TaskName::try_from("convert".to_owned()).unwrap()),
            operation: "convert".to_owned(),
            work: Work::Execution,
            payload: Payload::Inline(
                [("output_format".to_owned(), "webp".into())].into_iter().collect(),
            ),
            inputs: vec![
                Input { task: group.task(1), optional: true },
                Input { task: group.task(3), optional: false },
            ],
            ignore_error: true,
            created_at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
            state: State::Waiting,
            percent: 3,
            message: None,
            engine: None,
            files: Files::Inline(vec![File {
                name,
                size: 7,
                key: "k".to_owned(),
                etag: "e".to_owned(),
            }]),
            details: serde_json::Map::new(),
            log: Vec::new(),
            secret: None,
            key: "0123456789abcdef".parse().ok(),
            retry_of: Some(group.task(1)),
            retries: Vec::new(),
            staged: true,
            deleted: false,
            expires_at: None,
        }
    }

    #[test]
    fn a_task_survives_being_written_down() {
        assert_eq!(from_item(&to_item(&task())).unwrap(), task());
        let single =
            Task { scope: Scope::Single, payload: Payload::Stored, staged: false, ..task() };
        assert_eq!(from_item(&to_item(&single)).unwrap(), single);
    }

    #[test]
    fn a_row_that_lacks_an_attribute_is_an_error_that_names_it() {
        let mut item = to_item(&task());
        item.remove("work");
        assert!(matches!(from_item(&item), Err(StoreError::Malformed("work"))));
    }

    #[test]
    fn time_to_live_is_never_early() {
        let at = Timestamp::from_millisecond(1_700_000_000_001).unwrap();
        assert_eq!(crate::item::time_to_live(at), AttributeValue::N("1700000001".to_owned()));
    }
}
