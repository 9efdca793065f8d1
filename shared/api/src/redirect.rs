use domain::Group;
use lambda_http::http::{HeaderValue, StatusCode, header};
use lambda_http::{Body, Request, Response};
use view::{Extras, FileView, ResultView};

use crate::{ApiError, Context, address, parameter};

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
/// [`ApiError`] when the files cannot be listed.
pub async fn export_redirect(
    context: &Context,
    request: &Request,
    group: &Group,
) -> Result<Option<Response<Body>>, ApiError> {
    if parameter(request, "redirect").is_none_or(|flag| flag != "true" && flag != "1") {
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
        let Some(ResultView::Files(files)) = view.result() else { continue };
        if let Some(url) = files.first().and_then(FileView::url) {
            return Ok(Some(url.to_owned()));
        }
    }
    Ok(None)
}

/// Compares two secrets in a time that tells nothing of where they differ.
#[must_use]
pub fn same_secret(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_the_same_or_not() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "abd") && !same_secret("abc", "ab") && !same_secret("", "a"));
    }
}
