use domain::{Group, JobId};
use lambda_http::http::{HeaderValue, StatusCode, header};
use lambda_http::{Body, Request, RequestExt, Response};
use serde_json::{Map, Value};
use view::{Extras, FileView, ResultView};

use crate::{ApiError, Context, address, flag};

/// What unmodified clients make of a region that is our address, where they expect answers to wait.
const SYNC_PREFIX: &str = "/.sync.api.cloudconvert.com/";

/// Answers 302 to an address that only this client may know.
///
/// # Errors
///
/// [`ApiError::Unavailable`] when the address cannot be a header.
pub fn redirect(to: &str) -> Result<Response<Body>, ApiError> {
    let to = HeaderValue::try_from(to).map_err(|error| ApiError::Unavailable(error.into()))?;
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// Leads to the first file that a job gives out, if the request asks for that (`redirect=true`) and
/// there is one.
///
/// # Errors
///
/// [`ApiError`] when the files cannot be listed, or the flag is none.
pub async fn export_redirect(
    context: &Context,
    request: &Request,
    group: &Group,
) -> Result<Option<Response<Body>>, ApiError> {
    if !flag(request, "redirect")? {
        return Ok(None);
    }
    match export_address(context, request, group).await? {
        Some(address) => redirect(&address).map(Some),
        None => Ok(None),
    }
}

/// Returns the address of the first file that a job gives out, once it has finished.
///
/// # Errors
///
/// [`ApiError`] when the files cannot be listed.
pub async fn export_address(
    context: &Context,
    request: &Request,
    group: &Group,
) -> Result<Option<String>, ApiError> {
    let address = address(request);
    let exports = group.newest_tries().into_iter().filter(|task| task.secret.is_some());
    for task in exports {
        let view = view::task(context.viewer(&address), task, Extras::default(), 1).await?;
        let files = view.result().map(ResultView::files).unwrap_or_default();
        if let Some(url) = files.first().and_then(FileView::url) {
            return Ok(Some(url.to_owned()));
        }
    }
    Ok(None)
}

/// Answers the creation of a job: on the synchronous prefix 303 to where the job is waited for, with
/// the body as it is for those who do not follow; anywhere else as it is.
///
/// `redirect` says whether who waits is led to the job's file.
#[must_use]
pub fn see_job(
    request: &Request,
    redirect: bool,
    (job, mut created): (JobId, Response<Body>),
) -> Response<Body> {
    let path = request.raw_http_path();
    if !path.starts_with(SYNC_PREFIX) {
        return created;
    }
    let query = if redirect { "?redirect=true" } else { "" };
    if let Ok(location) = HeaderValue::try_from(format!("{path}/{job}{query}")) {
        *created.status_mut() = StatusCode::SEE_OTHER;
        created.headers_mut().insert(header::LOCATION, location);
    }
    created
}

/// Returns whether a client wants to be led to its file, by the query or by the body; a flag is `true`,
/// or 1 as PHP writes it.
///
/// # Errors
///
/// [`ApiError::Invalid`] when the query's flag is none.
pub fn wants_redirect(request: &Request, body: &Map<String, Value>) -> Result<bool, ApiError> {
    let asked = flag(request, "redirect")?;
    Ok(asked || body.get("redirect").is_some_and(|flag| *flag == true || *flag == 1))
}

/// Compares two secrets in a time that tells nothing of where they differ.
#[must_use]
pub fn same_secret(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    const JOB: &str = "0199aaaa-0000-7000-8000-000000000000";

    #[track_caller]
    fn check(path: &str, query: Option<&str>, body: Value, expect: Option<&str>) {
        let query = query.map(|flag| ("redirect".to_owned(), flag.to_owned()));
        let query: HashMap<String, String> = query.into_iter().collect();
        let request = Request::new(Body::Empty);
        let request = request.with_raw_http_path(path).with_query_string_parameters(query);
        let created = (JOB.parse().unwrap(), crate::view::json(StatusCode::CREATED, "{}".into()));
        let redirect = wants_redirect(&request, body.as_object().unwrap()).unwrap();
        let answer = see_job(&request, redirect, created);
        let location = answer.headers().get(header::LOCATION);
        let location = location.map(|location| location.to_str().unwrap().replace(JOB, "<job>"));
        assert_eq!(location.as_deref(), expect, "{path} {body}");
        let status = if expect.is_some() { StatusCode::SEE_OTHER } else { StatusCode::CREATED };
        assert_eq!((answer.status(), answer.body()), (status, &Body::from("{}")));
    }

    #[test]
    fn on_the_synchronous_prefix_a_created_job_is_waited_for() {
        let sync = "/.sync.api.cloudconvert.com/v2/jobs";
        let plain = "/.sync.api.cloudconvert.com/v2/jobs/<job>";
        let redirected = "/.sync.api.cloudconvert.com/v2/jobs/<job>?redirect=true";
        check(sync, None, json!({}), Some(plain));
        check(sync, None, json!({ "redirect": true }), Some(redirected));
        check(sync, None, json!({ "redirect": false }), Some(plain));
        check(sync, Some("true"), json!({}), Some(redirected));
        check(sync, Some("0"), json!({}), Some(plain));
        check("/v2/jobs", Some("true"), json!({ "redirect": true }), None);
        check("/.api.cloudconvert.com/v2/jobs", None, json!({}), None);
    }

    #[test]
    fn secrets_are_the_same_or_not() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "abd") && !same_secret("abc", "ab") && !same_secret("", "a"));
    }
}
