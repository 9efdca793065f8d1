//! `GET /v2/tasks/{id}/wait`: shows a task once it has ended.

use std::sync::Arc;

pub use api::Context;
use api::{
    ApiError, Body, Request, Response, Scope, address, answer_wait, authorize, extras, path_id,
    task_body_with, wait_for_task,
};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::TaskRead).await?;
    let waited = wait_for_task(&context, &caller.owner, path_id(&request, "id")?, &request).await?;
    let extras = extras(&context, &request, &waited.found).await?;
    let body = task_body_with(&context, &address(&request), &waited.found, extras).await?;
    Ok(answer_wait(&request, waited.ended, body))
}
