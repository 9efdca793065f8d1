//! `POST /v2/tasks/{id}/cancel`: ends a task that waits or is worked on, and what depends on it.

use std::sync::Arc;

use api::{
    ApiError, Begun, Body, Request, Response, Scope, address, authorize, begin, find_task, ok,
    reload_task, task_body,
};
use domain::Task;
use store::{Outcome, Resource};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let task = find_task(&context.api, &caller.owner, &request).await?;
    let cancelled = match begin(&context.api, &caller, &request).await? {
        Begun::Again(..) => reload_task(&context.api, &caller.owner, task.id).await?,
        Begun::New(once) => {
            let effect = once.map(|once| once.effect(200, Resource::Task(task.id)));
            cancel(&context, task, effect).await?
        }
    };
    Ok(ok(task_body(&context.api, &address(&request), &cancelled).await?))
}

async fn cancel(
    context: &Context,
    task: Task,
    effect: Option<store::Effect>,
) -> Result<Task, ApiError> {
    let outcome = context.settler.cancel(&task, effect.as_ref()).await;
    match outcome.map_err(submission::unsettled)? {
        Some(Outcome::Applied(task)) => Ok(task),
        Some(Outcome::Lost(_)) => {
            Err(ApiError::invalid("status", "Cannot change status: task already completed."))
        }
        Some(Outcome::Gone) => Err(ApiError::NotFound),
        // The same request was first.
        None => context.api.store.task(task.id).await?.ok_or(ApiError::NotFound),
    }
}
