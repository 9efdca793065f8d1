//! `GET /v2/health`: whether the services that all else needs are up. Whoever asks needs no key, and
//! costs two calls in ten seconds at the most, however often it is.

mod context;
mod health;

use std::sync::Arc;

use api::{ApiError, Body, Request, Response, data, json};
use lambda_http::http::StatusCode;

pub use context::Context;
pub use health::Health;

/// Answers one request.
///
/// # Errors
///
/// [`ApiError::Unavailable`] when the answer cannot be written.
pub async fn handle(context: Arc<Context>, _: Request) -> Result<Response<Body>, ApiError> {
    let health = context.health().await;
    let status = if health.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(json(status, data(&health)?))
}
