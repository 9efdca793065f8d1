//! `POST /v2/jobs`: takes a job in and answers with it at once.

use std::sync::Arc;

use api::{ApiError, Body, Request, Response, Scope, authorize, created_job, json_body};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let job = context.job(&owner, &json_body(&request)?).await?;
    created_job(&context.api, &request, &job).await
}
