//! `POST /v2/{operation}`: takes in a task that belongs to no job.

use std::sync::Arc;

use api::{
    ApiError, Body, Request, Response, Scope, authorize, created_task, json_body, path_text,
};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let operation = path_text(&request, "operation")?;
    let task = context.task(&owner, &operation, &json_body(&request)?).await?;
    created_task(&context.api, &request, &task).await
}
