//! `POST /v2/jobs`: takes a job in and answers with it at once.

use std::sync::Arc;

use api::{ApiError, Body, Request, Response, Scope, authorize, created_job, json_body, see_job};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let body = json_body(&request)?;
    let job = context.job(&owner, &body).await?;
    let created = created_job(&context.api, &request, &job).await?;
    Ok(see_job(&request, &body, (job.id.into(), created)))
}
