//! `GET /v2/openapi.json`: the document of the API; and `$default`, what no route fits: 405 where the
//! document has the path with other methods, else 404. Whoever asks needs no key.
//!
//! One function does both, because both go by the document, which no other carries.

use std::sync::Arc;

use api::{ApiError, Body, Request, RequestExt, Response, cacheable};
use lambda_http::http::Method;
use openapi::Document;

/// What unmodified clients come by.
const PREFIX: &str = "/.api.cloudconvert.com";

/// What showing the document needs.
#[derive(Clone, Debug, Default)]
pub struct Context {
    document: Document,
}

impl Context {
    /// Makes the document, once.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// Answers one request.
///
/// # Errors
///
/// [`ApiError::NotFound`] and [`ApiError::MethodNotAllowed`] for whatever has no route.
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let path = request.raw_http_path();
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    let path = path.strip_prefix("/v2").ok_or(ApiError::NotFound)?;
    if request.method() == Method::GET && path == "/openapi.json" {
        return cacheable(&request, context.document.text().to_owned());
    }
    let methods = context.document.methods(path).ok_or(ApiError::NotFound)?;
    Err(ApiError::MethodNotAllowed(methods.join(", ")))
}
