use lambda_http::Response;
use lambda_http::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use store::Rate;

use crate::{ApiError, Caller, Context};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Counts a request that creates something; none where nobody counts.
///
/// # Errors
///
/// [`ApiError::TooManyRequests`] when it is one too many.
pub async fn count_request(context: &Context, caller: &Caller) -> Result<Option<Rate>, ApiError> {
    if context.requests_per_minute == 0 {
        return Ok(None);
    }
    let rate = context.store.count_request(&caller.key, context.requests_per_minute).await?;
    match rate.remaining {
        Some(_) => Ok(Some(rate)),
        None => Err(ApiError::TooManyRequests(rate)),
    }
}

/// Tells a client how its key stands.
#[must_use]
pub fn with_rate<B>(mut response: Response<B>, rate: Option<Rate>) -> Response<B> {
    if let Some(rate) = rate {
        write(response.headers_mut(), rate);
    }
    response
}

/// Writes the headers that the API has: the limit, what is left of it, when the next minute begins in
/// seconds since 1970, and how long that is, for one request too many.
pub(crate) fn write(headers: &mut HeaderMap, rate: Rate) {
    headers.insert(LIMIT, rate.limit.into());
    headers.insert(REMAINING, rate.remaining.unwrap_or_default().into());
    headers.insert(RESET, HeaderValue::from(rate.reset.as_second()));
    if rate.remaining.is_none() {
        headers.insert(RETRY_AFTER, HeaderValue::from(rate.wait));
    }
}
