//! `GET /v2/jobs/{id}`: shows a job and its tasks as they are; with `redirect=true` it leads to the file
//! of a job that has one.

use std::sync::Arc;

pub use api::Context;
use api::{
    ApiError, Body, Request, Response, Scope, authorize, export_redirect, find_job, ok, shown_job,
};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::TaskRead).await?;
    let job = find_job(&context, &caller.owner, &request).await?;
    if let Some(answer) = export_redirect(&context, &request, &job).await? {
        return Ok(answer);
    }
    Ok(ok(shown_job(&context, &request, &job).await?))
}
