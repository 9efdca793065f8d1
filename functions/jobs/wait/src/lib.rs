//! `GET /v2/jobs/{id}/wait`: shows a job once it has ended.

use std::sync::Arc;

pub use api::Context;
use api::{
    ApiError, Body, Request, Response, Scope, address, answer_wait, authorize, job_body, path_id,
    wait_for_job,
};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context, &request, Scope::TaskRead).await?;
    let waited = wait_for_job(&context, &owner, path_id(&request, "id")?, &request).await?;
    let body = job_body(&context, &address(&request), &waited.found).await?;
    Ok(answer_wait(&request, waited.ended, body))
}
