//! `GET /v2/tasks/{id}/wait`: shows a task once it has ended.

use std::sync::Arc;

pub use api::Context;
use api::{
    ApiError, Body, Request, Response, Scope, address, answer_wait, authorize, path_id, task_body,
    wait_for_task,
};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context, &request, Scope::TaskRead).await?;
    let waited = wait_for_task(&context, &owner, path_id(&request, "id")?, &request).await?;
    let body = task_body(&context, &address(&request), &waited.found).await?;
    Ok(answer_wait(&request, waited.ended, body))
}
