use std::collections::HashMap;

use api::ApiError;
use domain::{
    Files, Group, GroupId, Input, OwnerId, Payload, Pointer, Schedule, Scope, State, Task, TaskId,
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::request::Request;
use crate::store::Draft;
use crate::{Context, Errors, unsettled};

impl Context {
    /// Takes a task in that belongs to no job and returns it as it is then.
    ///
    /// # Errors
    ///
    /// [`ApiError`]: nothing of it is there then.
    pub async fn task(
        &self,
        owner: &OwnerId,
        path: &str,
        payload: &Map<String, Value>,
    ) -> Result<Task, ApiError> {
        let mut errors = Errors::default();
        let request = Request::parse(path, payload.clone(), &self.rules, ("", &mut errors));
        let inputs = match &request {
            Some(request) => self.inputs(owner, request, &mut errors).await?,
            None => Vec::new(),
        };
        let Some(request) = errors.unless(request)? else {
            return Err(ApiError::invalid("operation", "The operation is not supported."));
        };
        let now = self.settler.clock.now();
        let draft = self.draft(owner, (request, inputs), now);
        let tasks = self.store_bytes(vec![draft]).await?;
        self.put(tasks, now).await
    }

    /// Finds the tasks whose files a single task takes: its owner's, by their ids.
    async fn inputs(
        &self,
        owner: &OwnerId,
        request: &Request,
        errors: &mut Errors,
    ) -> Result<Vec<Input>, ApiError> {
        let ids: Vec<Option<TaskId>> =
            request.inputs.iter().map(|input| input.parse().ok()).collect();
        let known: Vec<TaskId> = ids.iter().flatten().copied().collect();
        let found = self.settler.store.tasks(&known).await?;
        let now = self.settler.clock.now();
        let there = |task: &Task| task.owner == *owner && !task.is_expired(now) && !task.staged;
        for (input, id) in request.inputs.iter().zip(&ids) {
            if !id.and_then(|id| found.get(&id)).is_some_and(there) {
                errors.add("input", format!("The input {input} is no task of yours."));
            }
        }
        Ok(known.into_iter().map(|task| Input { task, optional: false }).collect())
    }

    fn draft(
        &self,
        owner: &OwnerId,
        (request, inputs): (Request, Vec<Input>),
        now: Timestamp,
    ) -> Draft {
        let task = Task {
            id: GroupId::new(now, self.settler.entropy.bytes()).task(1),
            owner: owner.clone(),
            scope: Scope::Single,
            operation: request.path,
            work: request.operation.work(),
            payload: Payload::Stored,
            inputs,
            ignore_error: false,
            created_at: now,
            state: State::Waiting,
            percent: 0,
            message: None,
            engine: None,
            files: Files::default(),
            secret: None,
            staged: false,
        };
        Draft { task, operation: request.operation, payload: request.payload }
    }

    /// Writes the row, then the pointers beside its inputs; settling reads those inputs after that,
    /// so one that ends meanwhile is seen by one side or the other.
    async fn put(&self, mut tasks: Vec<Task>, now: Timestamp) -> Result<Task, ApiError> {
        let Some(task) = tasks.pop() else {
            return Err(ApiError::invalid("operation", "The operation is not supported."));
        };
        self.settler.store.create_task(&task).await?;
        for input in &task.inputs {
            let pointer = Pointer { input: input.task, dependent: task.id };
            self.settler.store.put_pointer(pointer).await?;
        }
        let inputs: Vec<_> = task.inputs.iter().map(|input| input.task).collect();
        let foreign = if inputs.is_empty() {
            HashMap::new()
        } else {
            self.settler.store.tasks(&inputs).await?
        };
        let group = Group {
            id: task.id.group(),
            job: None,
            tasks: vec![task.clone()],
            pointers: Vec::new(),
            foreign,
            schedule: Some(Schedule::first(now)),
        };
        let settled = self.settler.settle_new(group).await.map_err(unsettled)?;
        Ok(settled.tasks.into_iter().next().unwrap_or(task))
    }
}
