//! `POST /v2/{operation}`: takes in a task that belongs to no job.

use std::sync::Arc;

use api::{
    ApiError, Body, Request, Response, Scope, address, api_path, authorize, count_request, created,
    task_body, with_rate,
};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let rate = count_request(&context.api, &caller).await?;
    let operation = api_path(&request).trim_start_matches("/v2/").to_owned();
    let address = address(&request);
    let task = context.task_once(&caller, &operation, &request).await?;
    Ok(with_rate(created(task_body(&context.api, &address, &task).await?), rate))
}
