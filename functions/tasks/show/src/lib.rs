//! `GET /v2/tasks/{id}`: shows a task as it is.

use std::sync::Arc;

pub use api::Context;
use api::{
    ApiError, Body, Request, Response, Scope, address, authorize, extras, find_task, ok,
    task_body_with,
};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::TaskRead).await?;
    let task = find_task(&context, &caller.owner, &request).await?;
    let extras = extras(&context, &request, &task).await?;
    Ok(ok(task_body_with(&context, &address(&request), &task, extras).await?))
}
