use std::hash::{DefaultHasher, Hash, Hasher};

use lambda_http::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Request, Response};

use crate::ApiError;
use crate::view::{header, json};

/// Answers with a body that is the same for everybody and may be kept for five minutes; 304 to a
/// client that has it.
///
/// # Errors
///
/// [`ApiError::Unavailable`] when the tag cannot be a header.
pub fn cacheable(request: &Request, body: String) -> Result<Response<Body>, ApiError> {
    let tag = tag(&body);
    let mut response = if has(request, &tag) {
        let mut unchanged = Response::new(Body::Empty);
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        json(StatusCode::OK, body)
    };
    let tag = HeaderValue::try_from(tag).map_err(|error| ApiError::Unavailable(error.into()))?;
    response.headers_mut().insert(ETAG, tag);
    response.headers_mut().insert(CACHE_CONTROL, header("public, max-age=300"));
    Ok(response)
}

/// The hasher has no key: all instances of one build say the same of the same body.
fn tag(body: &str) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Compares weakly, as RFC 9110 wants it here.
fn has(request: &Request, tag: &str) -> bool {
    let lists = request.headers().get_all(IF_NONE_MATCH).iter();
    let tags = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    tags.map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(known: &str) -> Response<Body> {
        let request = lambda_http::http::Request::builder().header(IF_NONE_MATCH, known);
        cacheable(&request.body(Body::Empty).unwrap(), "{}".to_owned()).unwrap()
    }

    #[test]
    fn who_has_it_is_not_sent_it_again() {
        let sent = answer("\"other\"");
        assert_eq!((sent.status(), sent.body()), (StatusCode::OK, &Body::from("{}")));
        let tag = sent.headers()[ETAG].to_str().unwrap();
        for known in [tag.to_owned(), format!("\"a\", W/{tag}"), "*".to_owned()] {
            let unchanged = answer(&known);
            assert_eq!(
                (unchanged.status(), unchanged.body()),
                (StatusCode::NOT_MODIFIED, &Body::Empty)
            );
            assert_eq!(unchanged.headers()[ETAG], tag);
            assert_eq!(unchanged.headers()[CACHE_CONTROL], "public, max-age=300");
        }
    }

    #[test]
    fn other_bodies_have_other_tags() {
        assert_ne!(tag("{}"), tag("[]"));
    }
}
