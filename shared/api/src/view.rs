mod job;
mod task;

use domain::{Group, Task};
use jiff::Timestamp;
use lambda_http::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use lambda_http::{Body, Request, Response};
use serde::Serialize;

use crate::{ApiError, Context, address};

/// The media type of every answer but downloads.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Makes a header value of a literal.
pub(crate) fn header(value: &'static str) -> HeaderValue {
    HeaderValue::from_static(value)
}

/// Answers 200 with a body.
#[must_use]
pub fn ok(body: String) -> Response<Body> {
    json(StatusCode::OK, body)
}

/// Answers 201 with the task that was created.
///
/// # Errors
///
/// [`ApiError`] when its files cannot be listed.
pub async fn created_task(
    context: &Context,
    request: &Request,
    task: &Task,
) -> Result<Response<Body>, ApiError> {
    Ok(json(StatusCode::CREATED, task_body(context, &address(request), task).await?))
}

/// Answers 201 with the job that was created.
///
/// # Errors
///
/// [`ApiError`] when its files cannot be listed.
pub async fn created_job(
    context: &Context,
    request: &Request,
    group: &Group,
) -> Result<Response<Body>, ApiError> {
    Ok(json(StatusCode::CREATED, job_body(context, &address(request), group).await?))
}

/// Renders a task for the client that came by this address.
///
/// # Errors
///
/// [`ApiError`] when its files cannot be listed.
pub async fn task_body(context: &Context, address: &str, task: &Task) -> Result<String, ApiError> {
    body(&task::view(context, address, task, task::MOST_FILES).await?)
}

/// Renders a job with its tasks for the client that came by this address.
///
/// # Errors
///
/// [`ApiError`] when the files of a task cannot be listed.
pub async fn job_body(context: &Context, address: &str, group: &Group) -> Result<String, ApiError> {
    body(&job::view(context, address, group).await?)
}

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

fn body(view: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(&Data { data: view }).map_err(|error| ApiError::Unavailable(error.into()))
}

pub(crate) fn json(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// Writes a time as the API does: to the second, with the offset spelled out.
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    own: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_to_the_second_with_their_offset() {
        let at = Timestamp::from_millisecond(1_537_368_178_999).unwrap();
        assert_eq!(time(at), "2018-09-19T14:42:58+00:00");
    }
}
