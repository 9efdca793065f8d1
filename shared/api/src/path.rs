use std::str::FromStr;

use lambda_http::{Request, RequestExt};

use crate::ApiError;

/// Returns a variable part of the path, as the gateway has cut it out.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is not there.
pub fn path_text(request: &Request, name: &str) -> Result<String, ApiError> {
    let parameters = request.path_parameters();
    parameters.first(name).map(ToOwned::to_owned).ok_or(ApiError::NotFound)
}

/// Reads a variable part of the path; what cannot be one is not there.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is missing or malformed.
pub fn path_id<T: FromStr>(request: &Request, name: &str) -> Result<T, ApiError> {
    path_text(request, name)?.parse().map_err(|_| ApiError::NotFound)
}

/// Returns the path from `/v2/` on, without the prefixes that some clients go by.
#[must_use]
pub fn api_path(request: &Request) -> &str {
    let path = request.raw_http_path();
    path.find("/v2/").map_or(path, |at| &path[at..])
}

/// Returns the address by which the client came: scheme and host, without a slash at the end.
#[must_use]
pub fn address(request: &Request) -> String {
    let uri = request.uri();
    let host = uri.authority().map_or("localhost", |authority| authority.as_str());
    format!("{}://{host}", uri.scheme_str().unwrap_or("https"))
}
