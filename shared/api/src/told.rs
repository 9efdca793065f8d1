//! What the log is told of requests: whose they are and what they are about, and never a secret.

use std::future::Future;
use std::time::Instant;

use domain::{GroupId, TaskId};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt, Response};
use tracing::Span;
use tracing::field::Empty;

use crate::Caller;

/// Returns the span of a request. Its path is told as the route that it took, which has no secret in it.
#[must_use]
pub fn span(request: &Request) -> Span {
    let route = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.route_key.as_deref(),
        Some(_) | None => None,
    };
    let id = request.lambda_context_ref().map(|context| context.request_id.as_str());
    tracing::info_span!(
        "request",
        requestId = id,
        route,
        method = request.method().as_str(),
        parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok()),
        owner = Empty,
        key = Empty,
        job = Empty,
        task = Empty,
        trace = Empty,
    )
}

/// Waits for the answer to a request and tells of it.
pub async fn answered<B>(answer: impl Future<Output = Response<B>>) -> Response<B> {
    let begun = Instant::now();
    let response = answer.await;
    let duration = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status = response.status().as_u16(), duration_ms = duration, "answered");
    response
}

/// Tells whose the request is.
pub(crate) fn caller(caller: &Caller) {
    let span = Span::current();
    span.record("owner", caller.owner.as_str());
    span.record("key", caller.key.id.as_str());
}

/// Tells that the request is about a task.
pub fn task(id: TaskId) {
    Span::current().record("task", tracing::field::display(id));
    group(id.group());
}

/// Tells that the request is about a job.
pub fn job(id: GroupId) {
    Span::current().record("job", tracing::field::display(id));
    group(id);
}

fn group(id: GroupId) {
    Span::current().record("trace", id.trace());
}
