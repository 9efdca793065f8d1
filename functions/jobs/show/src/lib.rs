//! `GET /v2/jobs/{id}`: shows a job and its tasks as they are.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Request, Response, Scope, address, authorize, find_job, job_body, ok};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context, &request, Scope::TaskRead).await?;
    let job = find_job(&context, &owner, &request).await?;
    Ok(ok(job_body(&context, &address(&request), &job).await?))
}
