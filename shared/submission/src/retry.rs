use std::collections::HashMap;

use api::ApiError;
use domain::{Files, Group, GroupId, Input, Job, Payload, Run, State, Task, TaskId, Work};
use serde_json::Value;
use settle::Starts;
use store::{Resource, Retried};

use crate::{Asked, Context, unsettled};

/// How often a job is read again that changes while a task of it is tried again.
const LOOKS: usize = 5;

/// The most tasks that a job may come to have by retries.
const MOST_TRIES: u16 = 1_000;

impl Context {
    /// Tries a task again: a new one, which joins the job of the old one if that has any. None when
    /// the same request was done before.
    ///
    /// # Errors
    ///
    /// [`ApiError::Invalid`] when its newest try has not ended, or one of its inputs is gone.
    pub async fn retry(&self, asked: &Asked<'_>, old: &Task) -> Result<Option<Task>, ApiError> {
        match old.name() {
            Some(_) => self.retry_in_job(asked, old).await,
            None => self.retry_single(asked, old).await,
        }
    }

    async fn retry_in_job(&self, asked: &Asked<'_>, old: &Task) -> Result<Option<Task>, ApiError> {
        for _ in 0..LOOKS {
            let id = old.id.group();
            let group = self.settler.store.own_rows(id).await?;
            let now = self.settler.clock.now();
            let job =
                group.job.as_ref().filter(|job| !job.is_gone(now)).ok_or(ApiError::NotFound)?;
            if !job.announce.is_empty() {
                // Webhooks are told of one end before there can be another.
                self.settler.settle(id, Starts::New(old.id)).await.map_err(unsettled)?;
                continue;
            }
            let new = self.next_try(asked, (&group, job), old).await?;
            let effect = asked.effect(Resource::Task(new.id));
            match self.settler.store.retry_in_job(job, &new, effect.as_ref()).await? {
                Retried::Done => return self.begin(new).await.map(Some),
                Retried::Changed => self.forget_bytes(&[new]).await,
                Retried::Repeated => {
                    self.forget_bytes(&[new]).await;
                    return Ok(None);
                }
            }
        }
        Err(ApiError::Throttled)
    }

    /// Makes the next try of a job's task, whose inputs are the newest tries of what it names.
    async fn next_try(
        &self,
        asked: &Asked<'_>,
        (group, job): (&Group, &Job),
        old: &Task,
    ) -> Result<Task, ApiError> {
        let tries = group.tries(old);
        if !tries.iter().any(|task| task.id == old.id) {
            return Err(ApiError::NotFound);
        }
        all_ended(tries.into_iter())?;
        if job.numbers >= MOST_TRIES {
            return Err(status(format!("The job may not have more than {MOST_TRIES} tasks.")));
        }
        let now = self.settler.clock.now();
        let newest: HashMap<_, _> = group
            .newest_tries()
            .into_iter()
            .filter_map(|task| Some((task.name()?.as_str(), task)))
            .collect();
        let payload = self.settler.files.load_payload(old).await?;
        let names = payload.get("input").and_then(Value::as_array).into_iter().flatten();
        let inputs = names.filter_map(Value::as_str).map(|name| {
            let task =
                newest.get(name).filter(|task| !task.is_gone(now)).ok_or_else(|| gone(name))?;
            Ok(Input { task: task.id, optional: task.ignore_error })
        });
        let inputs = inputs.collect::<Result<Vec<_>, ApiError>>()?;
        let id = group.id.task(job.numbers + 1);
        self.another(asked, old, (id, inputs)).await
    }

    async fn retry_single(&self, asked: &Asked<'_>, old: &Task) -> Result<Option<Task>, ApiError> {
        let tries = api::single_tries(&self.api, old).await?;
        all_ended(tries.iter().chain([old]))?;
        let ids: Vec<_> = old.inputs.iter().map(|input| input.task).collect();
        let found = self.settler.store.tasks(&ids).await?;
        let now = self.settler.clock.now();
        let lacking = |id: &&TaskId| found.get(id).is_none_or(|task| task.is_gone(now));
        if let Some(id) = ids.iter().find(lacking) {
            return Err(gone(&id.to_string()));
        }
        let id = GroupId::new(now, self.settler.entropy.bytes()).task(1);
        let new = self.another(asked, old, (id, old.inputs.clone())).await?;
        let effect = asked.effect(Resource::Task(id));
        match self.settler.store.retry_single(old, &new, effect.as_ref()).await? {
            Retried::Done => self.join(new).await.map(Some),
            Retried::Changed => {
                self.forget_bytes(&[new]).await;
                Err(open())
            }
            Retried::Repeated => {
                self.forget_bytes(&[new]).await;
                Ok(None)
            }
        }
    }

    /// Makes the row to be of another try, with what lies in the bucket for it.
    async fn another(
        &self,
        asked: &Asked<'_>,
        old: &Task,
        (id, inputs): (TaskId, Vec<Input>),
    ) -> Result<Task, ApiError> {
        let files = &self.settler.files;
        if old.payload == Payload::Stored {
            files.save_payload(id, &files.load_payload(old).await?).await?;
        }
        let run = Run { attempt: 0, nonce: self.settler.entropy.hex::<8>() };
        let stored = match (&old.files, old.work) {
            (Files::Inline(stored), Work::Stored) => stored.as_slice(),
            (Files::Inline(_) | Files::Stored { .. }, _) => &[],
        };
        let mut copies = Vec::with_capacity(stored.len());
        for (index, file) in stored.iter().enumerate() {
            copies.push(files.copy(file, files::result_key(id, &run, index + 1)).await?);
        }
        Ok(Task {
            id,
            inputs,
            created_at: self.settler.clock.now(),
            state: State::Waiting,
            percent: 0,
            message: None,
            engine: None,
            files: Files::Inline(copies),
            details: serde_json::Map::new(),
            log: Vec::new(),
            secret: None,
            key: Some(asked.caller.key.id.clone()),
            retry_of: Some(old.id),
            retries: Vec::new(),
            expires_at: None,
            ..old.clone()
        })
    }

    /// Has a new try begun and returns it as it is then.
    async fn begin(&self, new: Task) -> Result<Task, ApiError> {
        let settled = self.settler.settle(new.id.group(), Starts::New(new.id)).await;
        if let Err(error) = settled {
            tracing::warn!(task = %new.id, %error, "left to the sweep");
        }
        Ok(self.settler.store.task(new.id).await?.unwrap_or(new))
    }
}

fn all_ended<'a>(mut tries: impl Iterator<Item = &'a Task>) -> Result<(), ApiError> {
    if tries.all(Task::has_ended) { Ok(()) } else { Err(open()) }
}

fn open() -> ApiError {
    status("The newest try of the task has not ended.")
}

fn status(message: impl Into<String>) -> ApiError {
    ApiError::invalid("status", message)
}

fn gone(input: &str) -> ApiError {
    ApiError::invalid("input", format!("The input {input} is gone or has expired."))
}
