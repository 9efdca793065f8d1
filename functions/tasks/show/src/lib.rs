//! `GET /v2/tasks/{id}`: shows a task as it is.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Request, Response, Scope, address, authorize, find_task, ok, task_body};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context, &request, Scope::TaskRead).await?;
    let task = find_task(&context, &owner, &request).await?;
    Ok(ok(task_body(&context, &address(&request), &task).await?))
}
