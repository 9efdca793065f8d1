//! `GET /v2/tasks`: a page of the owner's tasks, the newest first.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Request, Response, Scope, authorize, list_tasks, ok};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::TaskRead).await?;
    Ok(ok(list_tasks(&context, &caller.owner, &request).await?))
}
