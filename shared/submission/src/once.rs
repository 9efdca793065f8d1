use api::{
    ApiError, Begun, Caller, Request, address, begin, json_body, reload_job, reload_task, repeated,
    told,
};
use domain::{Group, Task};
use serde_json::{Map, Value};
use store::Resource;

use crate::{Asked, Context};

impl Context {
    /// Takes a job in, once for one `Idempotency-Key`, and returns it as it is then.
    ///
    /// # Errors
    ///
    /// See [`ApiError`]; [`ApiError::NotFound`] when it was taken in before and deleted meanwhile.
    pub async fn job_once(
        &self,
        caller: &Caller,
        body: &Map<String, Value>,
        request: &Request,
    ) -> Result<Group, ApiError> {
        let resource = match begin(&self.api, caller, request).await? {
            Begun::Again(_, resource) => resource,
            Begun::New(once) => {
                let asked = Asked { caller, address: &address(request), once };
                match self.job(&asked, body).await? {
                    Some(group) => {
                        told::job(group.id);
                        return Ok(group);
                    }
                    None => repeated(&self.api, caller, request).await?,
                }
            }
        };
        match resource {
            Resource::Job(id) => reload_job(&self.api, &caller.owner, id).await,
            Resource::Task(_) | Resource::Other(_) => Err(ApiError::NotFound),
        }
    }

    /// Takes a task in that belongs to no job, once for one `Idempotency-Key`, and returns it as it
    /// is then.
    ///
    /// # Errors
    ///
    /// See [`ApiError`]; [`ApiError::NotFound`] when it was taken in before and deleted meanwhile.
    pub async fn task_once(
        &self,
        caller: &Caller,
        operation: &str,
        request: &Request,
    ) -> Result<Task, ApiError> {
        let body = json_body(request)?;
        let resource = match begin(&self.api, caller, request).await? {
            Begun::Again(_, resource) => resource,
            Begun::New(once) => {
                let asked = Asked { caller, address: &address(request), once };
                match self.task(&asked, operation, &body).await? {
                    Some(task) => {
                        told::task(task.id);
                        return Ok(task);
                    }
                    None => repeated(&self.api, caller, request).await?,
                }
            }
        };
        self.known_task(caller, resource).await
    }

    /// Tries a task again, once for one `Idempotency-Key`, and returns the new one as it is then.
    ///
    /// # Errors
    ///
    /// See [`ApiError`]; [`ApiError::NotFound`] when it was tried before and that deleted meanwhile.
    pub async fn retry_once(
        &self,
        caller: &Caller,
        old: &Task,
        request: &Request,
    ) -> Result<Task, ApiError> {
        let resource = match begin(&self.api, caller, request).await? {
            Begun::Again(_, resource) => resource,
            Begun::New(once) => {
                let asked = Asked { caller, address: &address(request), once };
                match self.retry(&asked, old).await {
                    Ok(Some(task)) => return Ok(task),
                    Ok(None) => repeated(&self.api, caller, request).await?,
                    // What stands in the way may be what the same request has brought about.
                    Err(error) => match begin(&self.api, caller, request).await? {
                        Begun::Again(_, resource) => resource,
                        Begun::New(_) => return Err(error),
                    },
                }
            }
        };
        self.known_task(caller, resource).await
    }

    async fn known_task(&self, caller: &Caller, resource: Resource) -> Result<Task, ApiError> {
        match resource {
            Resource::Task(id) => reload_task(&self.api, &caller.owner, id).await,
            Resource::Job(_) | Resource::Other(_) => Err(ApiError::NotFound),
        }
    }
}
