//! `DELETE /v2/jobs/{id}`: deletes a job with all its tasks and data, whatever its state.

use std::sync::Arc;

use api::{ApiError, Body, Request, Response, Scope, authorize, no_content, path_id};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let job = context.api.store.job(path_id(&request, "id")?).await?;
    let job = job.filter(|job| job.owner == caller.owner).ok_or(ApiError::NotFound)?;
    context.settler.delete_job(&job).await.map_err(submission::unsettled)?;
    Ok(no_content())
}
