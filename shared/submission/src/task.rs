use std::collections::HashMap;

use api::ApiError;
use domain::{Group, GroupId, Input, OwnerId, Pointer, Schedule, Task, TaskId};
use serde_json::{Map, Value};
use store::Resource;

use crate::draft::blank;
use crate::objects::Draft;
use crate::request::Request;
use crate::{Asked, Context, Errors, unsettled};

impl Context {
    /// Takes a task in that belongs to no job and returns it as it is then; none when the same
    /// request was done before.
    ///
    /// # Errors
    ///
    /// [`ApiError`]: nothing of it is there then.
    pub async fn task(
        &self,
        asked: &Asked<'_>,
        path: &str,
        payload: &Map<String, Value>,
    ) -> Result<Option<Task>, ApiError> {
        let owner = &asked.caller.owner;
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
        let id = GroupId::new(now, self.settler.entropy.bytes()).task(1);
        let task = Task { inputs, ..blank(id, owner, &asked.caller.key.id, &request, now) };
        let Request { operation, payload, .. } = request;
        let task = self.store_draft(Draft { task, operation, payload }).await?;
        let effect = asked.effect(Resource::Task(id));
        if !self.settler.store.create_task(&task, effect.as_ref()).await? {
            self.forget_bytes(&[task]).await;
            return Ok(None);
        }
        self.join(task).await.map(Some)
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
        let there = |task: &Task| task.owner == *owner && !task.is_gone(now) && !task.staged;
        for (input, id) in request.inputs.iter().zip(&ids) {
            if !id.and_then(|id| found.get(&id)).is_some_and(there) {
                errors.add("input", format!("The input {input} is no task of yours."));
            }
        }
        Ok(known.into_iter().map(|task| Input { task, optional: false }).collect())
    }

    /// Writes the pointers beside the inputs of a single task whose row is there; settling reads those
    /// inputs after that, so one that ends meanwhile is seen by one side or the other.
    pub(crate) async fn join(&self, task: Task) -> Result<Task, ApiError> {
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
            schedule: Some(Schedule::first(task.created_at)),
        };
        let settled = self.settler.settle_new(group).await.map_err(unsettled)?;
        Ok(settled.tasks.into_iter().next().unwrap_or(task))
    }
}
