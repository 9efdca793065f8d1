use domain::{Group, Task};
use lambda_http::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use lambda_http::{Body, Response};
use serde::Serialize;
use view::{Data, Extras, Viewer};

use crate::{ApiError, Context};

/// How many files a task shows by itself: what fits Lambda's 6 MB.
const MOST_FILES: usize = 10_000;

/// How many bytes of files and payload a task by itself may show, so that it fits Lambda's 6 MB.
const ROOM: usize = 4_000_000;

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

/// Answers 201 with a body.
#[must_use]
pub fn created(body: String) -> Response<Body> {
    json(StatusCode::CREATED, body)
}

/// Answers 204: there is nothing left to show.
#[must_use]
pub fn no_content() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Answers with a body of JSON.
#[must_use]
pub fn json(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

impl Context {
    /// Returns what views are made with, for a client that came by this address.
    #[must_use]
    pub fn viewer<'a>(&'a self, address: &'a str) -> Viewer<'a> {
        Viewer { files: &self.files, address }
    }
}

/// Renders a task for the client that came by this address.
///
/// # Errors
///
/// [`ApiError`] when its files cannot be listed.
pub async fn task_body(context: &Context, address: &str, task: &Task) -> Result<String, ApiError> {
    task_body_with(context, address, task, Extras::default()).await
}

/// Renders a task with what was asked for beside it.
///
/// # Errors
///
/// [`ApiError`] when its files cannot be listed.
pub async fn task_body_with(
    context: &Context,
    address: &str,
    task: &Task,
    extras: Extras,
) -> Result<String, ApiError> {
    let mut view = view::task(context.viewer(address), task, extras, MOST_FILES).await?;
    view.fit(&mut ROOM.clone());
    data(&view)
}

/// Renders a job with its tasks, each with what was asked for beside it.
pub(crate) async fn job_body_with(
    context: &Context,
    address: &str,
    group: &Group,
    extras: Vec<Extras>,
) -> Result<String, ApiError> {
    let job = group.job.as_ref().ok_or(ApiError::NotFound)?;
    data(&view::job(context.viewer(address), job, group, extras).await?)
}

/// Renders whatever was asked for.
///
/// # Errors
///
/// [`ApiError::Unavailable`] when it cannot be written.
pub fn data(view: &impl Serialize) -> Result<String, ApiError> {
    text(&Data { data: view })
}

/// Renders a whole body.
///
/// # Errors
///
/// [`ApiError::Unavailable`] when it cannot be written.
pub fn text(body: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|error| ApiError::Unavailable(error.into()))
}
