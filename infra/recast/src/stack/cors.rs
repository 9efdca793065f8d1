//! CORS as API Gateway and function URLs see to it by themselves.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::Deserialize;

/// What pages of other origins may do, as the template says it for an HttpApi or a function URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct Cors {
    /// The origins that may; `*` at the end stands for any text.
    pub allow_origins: Vec<String>,
    /// What they may do.
    pub allow_methods: Vec<String>,
    /// The headers that they may send.
    pub allow_headers: Vec<String>,
    /// The headers that they may read.
    pub expose_headers: Vec<String>,
    /// How long, in seconds, a browser may remember it.
    pub max_age: Option<u32>,
}

impl Cors {
    /// Answers an OPTIONS: with headers only when it is a preflight from an origin that may.
    pub(crate) fn preflight(&self, request: &HeaderMap, status: StatusCode) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        if let Some(origin) = self.allowed(request).filter(|_| is_preflight(request)) {
            let headers = response.headers_mut();
            insert(headers, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            insert(headers, ACCESS_CONTROL_ALLOW_METHODS, &self.allow_methods.join(","));
            insert(headers, ACCESS_CONTROL_ALLOW_HEADERS, &self.allow_headers.join(","));
            let age = self.max_age.map(|seconds| seconds.to_string());
            insert(headers, ACCESS_CONTROL_MAX_AGE, &age.unwrap_or_default());
        }
        response
    }

    /// Says in an answer whether the page may read it; what the function said of that is ignored.
    pub(crate) fn replace(&self, request: &HeaderMap, response: &mut HeaderMap) {
        for header in [
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            ACCESS_CONTROL_ALLOW_HEADERS,
            ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS,
            ACCESS_CONTROL_MAX_AGE,
        ] {
            response.remove(header);
        }
        self.add(request, response);
    }

    /// Says in an answer whether the page may read it, beside what the function said of that.
    pub(crate) fn add(&self, request: &HeaderMap, response: &mut HeaderMap) {
        if let Some(origin) = self.allowed(request) {
            insert(response, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            insert(response, ACCESS_CONTROL_EXPOSE_HEADERS, &self.expose_headers.join(","));
        }
    }

    /// Returns how the origin of a request is allowed, if it says one and may.
    fn allowed<'a>(&self, request: &'a HeaderMap) -> Option<&'a str> {
        let origin = request.get(ORIGIN)?.to_str().ok()?;
        let matches = |pattern: &String| match pattern.strip_suffix('*') {
            Some(start) => origin.starts_with(start),
            None => pattern == origin,
        };
        let any = self.allow_origins.iter().any(|pattern| pattern == "*");
        self.allow_origins.iter().any(matches).then_some(if any { "*" } else { origin })
    }
}

/// Returns whether an OPTIONS asks for what the page may do.
pub(crate) fn is_preflight(request: &HeaderMap) -> bool {
    request.contains_key(ORIGIN) && request.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Adds a header that has something to say.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        headers.append(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origin: &str) -> Cors {
        let list = |text: &str| text.split(' ').map(ToOwned::to_owned).collect();
        Cors {
            allow_origins: list(origin),
            allow_methods: list("GET POST"),
            allow_headers: list("authorization content-type"),
            expose_headers: list("location"),
            max_age: Some(60),
        }
    }

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(HeaderName, &'static str)| {
            (name.clone(), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[track_caller]
    fn check(allowed: &str, origin: &'static str, expect: Option<&str>) {
        let request = headers(&[(ORIGIN, origin)]);
        assert_eq!(cors(allowed).allowed(&request), expect, "{allowed} {origin}");
    }

    #[test]
    fn origins_are_any_or_listed() {
        check("*", "https://a.example", Some("*"));
        check("https://a.example", "https://a.example", Some("https://a.example"));
        check("https://*", "https://a.example", Some("https://a.example"));
        check("https://*", "http://a.example", None);
        check("https://a.example", "https://a.example.org", None);
        assert_eq!(cors("*").allowed(&HeaderMap::new()), None);
    }

    #[test]
    fn a_preflight_names_its_origin_and_its_method() {
        let preflight = [(ORIGIN, "https://a.example"), (ACCESS_CONTROL_REQUEST_METHOD, "POST")];
        let answer = cors("*").preflight(&headers(&preflight), StatusCode::NO_CONTENT);
        let expect = headers(&[
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (ACCESS_CONTROL_ALLOW_METHODS, "GET,POST"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "authorization,content-type"),
            (ACCESS_CONTROL_MAX_AGE, "60"),
        ]);
        assert_eq!((answer.status(), answer.headers()), (StatusCode::NO_CONTENT, &expect));
        for lacking in [&preflight[..1], &preflight[1..], &[]] {
            let answer = cors("*").preflight(&headers(lacking), StatusCode::NO_CONTENT);
            assert!(answer.headers().is_empty(), "{lacking:?}");
        }
    }

    #[test]
    fn what_the_function_says_is_replaced_or_stands_beside() {
        let request = headers(&[(ORIGIN, "https://a.example")]);
        let own = headers(&[(ACCESS_CONTROL_ALLOW_ORIGIN, "null")]);
        let (mut replaced, mut added) = (own.clone(), own);
        cors("*").replace(&request, &mut replaced);
        cors("*").add(&request, &mut added);
        let all = |headers: &HeaderMap| headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN).iter().count();
        assert_eq!(
            (all(&replaced), &replaced[ACCESS_CONTROL_ALLOW_ORIGIN]),
            (1, &"*".parse().unwrap())
        );
        assert_eq!(
            (all(&added), &replaced[ACCESS_CONTROL_EXPOSE_HEADERS]),
            (2, &"location".parse().unwrap())
        );
        cors("*").replace(&HeaderMap::new(), &mut replaced);
        assert!(replaced.is_empty(), "{replaced:?}");
    }
}
