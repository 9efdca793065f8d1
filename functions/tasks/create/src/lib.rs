//! `POST /v2/{operation}`: takes in a task that belongs to no job.

use std::sync::Arc;

use api::{
    ApiError, Body, Request, Response, Scope, address, api_path, authorize, count_request, created,
    task_body, with_rate,
};
use operations::describe;
pub use submission::Context;

/// Paths that fit this function's routes and are no operations: these are only read.
const READ: [&str; 4] = ["health", "openapi.json", "operations", "tasks"];

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let operation = api_path(&request).trim_start_matches("/v2/").to_owned();
    known(&operation)?;
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let rate = count_request(&context.api, &caller).await?;
    let address = address(&request);
    let task = context.task_once(&caller, &operation, &request).await?;
    Ok(with_rate(created(task_body(&context.api, &address, &task).await?), rate))
}

fn known(operation: &str) -> Result<(), ApiError> {
    match operation {
        read if READ.contains(&read) => Err(ApiError::MethodNotAllowed("GET".to_owned())),
        operation => describe(operation).map(drop).ok_or(ApiError::NotFound),
    }
}
