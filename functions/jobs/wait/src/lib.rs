//! `GET /v2/jobs/{id}/wait`: shows a job once it has ended.

use std::sync::Arc;

pub use api::Context;
use api::{
    ApiError, Body, Request, Response, Scope, answer_wait, authorize, export_redirect, flag,
    path_id, shown_job, wait_for_job,
};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::TaskRead).await?;
    // Nobody waits to be told that.
    flag(&request, "redirect")?;
    let waited = wait_for_job(&context, &caller.owner, path_id(&request, "id")?, &request).await?;
    if let Some(answer) = export_redirect(&context, &request, &waited.found).await? {
        return Ok(answer);
    }
    let body = shown_job(&context, &request, &waited.found).await?;
    Ok(answer_wait(&request, waited.ended, body))
}
