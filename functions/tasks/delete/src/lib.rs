//! `DELETE /v2/tasks/{id}`: deletes a task with all its data, whatever its state.

use std::sync::Arc;

use api::{ApiError, Body, Request, Response, Scope, authorize, find_task, no_content};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let task = find_task(&context.api, &caller.owner, &request).await?;
    context.settler.delete_task(&task).await.map_err(submission::unsettled)?;
    Ok(no_content())
}
