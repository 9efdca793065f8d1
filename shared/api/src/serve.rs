use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use aws::Environment;
use lambda_http::http::HeaderValue;
use lambda_http::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use lambda_http::tower::Service;
use lambda_http::{Body, Request, Response, service_fn};
use serde::Serialize;
use tracing::Instrument;

use crate::{ApiError, limit, told};

/// Serves requests until Lambda ends the instance.
///
/// # Errors
///
/// When the Lambda runtime cannot be reached.
pub async fn run<C, F, Fut>(
    environment: &Environment,
    context: C,
    handle: F,
) -> Result<(), lambda_http::Error>
where
    C: Send + Sync + 'static,
    F: Fn(Arc<C>, Request) -> Fut + Send + Sync + Clone + 'static,
    Fut: Future<Output = Result<Response<Body>, ApiError>> + Send + 'static,
{
    telemetry::init(environment);
    lambda_http::run(service(context, handle)).await
}

/// Joins a function's handler and its context to what Lambda, or the local gateway, calls.
pub fn service<C, F, Fut>(
    context: C,
    handle: F,
) -> impl Service<
    Request,
    Response = Response<Body>,
    Error = Infallible,
    Future: Future<Output = Result<Response<Body>, Infallible>> + Send,
> + Clone
+ Send
where
    C: Send + Sync + 'static,
    F: Fn(Arc<C>, Request) -> Fut + Send + Sync + Clone + 'static,
    Fut: Future<Output = Result<Response<Body>, ApiError>> + Send + 'static,
{
    let context = Arc::new(context);
    service_fn(move |request: Request| {
        let span = told::span(&request);
        let answer = handle(Arc::clone(&context), request);
        async move { Ok(told::answered(async { serve(answer.await) }).await) }.instrument(span)
    })
}

/// Renders what went wrong in the API's error shape.
#[must_use]
pub fn serve(answer: Result<Response<Body>, ApiError>) -> Response<Body> {
    answer.unwrap_or_else(|error| render(&error))
}

/// What went wrong, as the API shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Error))]
pub struct ErrorBody<'a> {
    /// A sentence for people.
    message: &'a str,
    /// The word a program goes by.
    code: &'a str,
    /// All that is wrong with the request: sentences, by field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false, value_type = std::collections::BTreeMap<String, Vec<String>>))]
    errors: Option<&'a std::collections::BTreeMap<String, Vec<String>>>,
}

fn render(error: &ApiError) -> Response<Body> {
    if let ApiError::Unavailable(cause) = error {
        tracing::error!(%cause, "request failed");
    }
    let errors = if let ApiError::Invalid(errors) = error { Some(errors) } else { None };
    let body = ErrorBody { message: error.message(), code: error.code(), errors };
    let body = serde_json::to_string(&body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, crate::view::JSON);
    match error {
        ApiError::Unauthenticated => {
            headers.insert(WWW_AUTHENTICATE, crate::view::header("Bearer"));
        }
        ApiError::MethodNotAllowed(methods) => {
            if let Ok(methods) = HeaderValue::try_from(methods) {
                headers.insert(ALLOW, methods);
            }
        }
        ApiError::TooManyRequests(rate) => limit::write(headers, *rate),
        ApiError::Throttled | ApiError::Unavailable(_) => {
            headers.insert(RETRY_AFTER, crate::view::header("1"));
        }
        ApiError::Forbidden
        | ApiError::NotFound
        | ApiError::Invalid(_)
        | ApiError::Malformed
        | ApiError::TooLarge => {}
    }
    response
}
