//! `POST /v2/tasks/{id}/retry`: tries a task again, by a new one.

use std::sync::Arc;

use api::{
    ApiError, Body, Request, Response, Scope, address, authorize, count_request, created,
    find_task, task_body, with_rate,
};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let old = find_task(&context.api, &caller.owner, &request).await?;
    let rate = count_request(&context.api, &caller).await?;
    let new = context.retry_once(&caller, &old, &request).await?;
    Ok(with_rate(created(task_body(&context.api, &address(&request), &new).await?), rate))
}
