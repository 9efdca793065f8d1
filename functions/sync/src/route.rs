use std::collections::HashMap;

use api::{ApiError, Request, RequestExt};
use domain::{JobId, TaskId};
use lambda_http::http::Method;

/// What a request is for: a function URL has no routes of its own.
pub(crate) enum Route {
    Task(TaskId),
    Job(JobId),
    CreateJob,
    /// Id, secret, number and name, still as in the path.
    File([String; 4]),
}

impl Route {
    pub(crate) fn of(request: &Request) -> Result<Self, ApiError> {
        let parts: Vec<&str> = request.raw_http_path().trim_matches('/').split('/').collect();
        let get = request.method() == Method::GET;
        match parts.as_slice() {
            ["v2", "tasks", id] if get => {
                id.parse().map(Self::Task).map_err(|_| ApiError::NotFound)
            }
            ["v2", "jobs", id] if get => id.parse().map(Self::Job).map_err(|_| ApiError::NotFound),
            ["v2", "jobs"] if request.method() == Method::POST => Ok(Self::CreateJob),
            ["files", id, secret, number, name] if get => {
                Ok(Self::File([id, secret, number, name].map(|part| (*part).to_owned())))
            }
            _ => Err(ApiError::NotFound),
        }
    }
}

/// Cuts the path up as the gateway does for the function that answers it there.
pub(crate) fn with_file(request: Request, parts: [String; 4]) -> Request {
    let names = ["id", "secret", "number", "name"].map(ToOwned::to_owned);
    let decoded = parts
        .map(|part| percent_encoding::percent_decode_str(&part).decode_utf8_lossy().into_owned());
    request.with_path_parameters(names.into_iter().zip(decoded).collect::<HashMap<_, _>>())
}
