use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
        ORIGIN, VARY,
    },
};
use s3s::{Body, HttpResponse, S3Error, S3ErrorCode, S3Result, s3_error};

/// A rule of a bucket's CORS configuration, as S3 defines it
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>).
#[derive(Clone, Debug, Default)]
pub struct CorsRule {
    /// Origins, each with at most one `*` for any text.
    pub allowed_origins: Vec<String>,
    /// Methods in capitals.
    pub allowed_methods: Vec<String>,
    /// Request headers, in any case, each with at most one `*` for any text.
    pub allowed_headers: Vec<String>,
    /// Response headers that a page may read.
    pub expose_headers: Vec<String>,
    /// How long a browser may remember a preflight, in seconds.
    pub max_age_seconds: Option<u32>,
}

pub(super) struct Cors(Vec<CorsRule>);

/// What the headers of an answer depend on.
pub(super) struct Origin {
    origin: String,
    method: String,
}

impl Origin {
    /// Returns where a request comes from, if it says so.
    pub(super) fn of(request: &Request<Body>) -> Option<Self> {
        let origin = text(request.headers(), ORIGIN)?.to_owned();
        Some(Self { origin, method: request.method().to_string() })
    }
}

impl Cors {
    pub(super) fn new(rules: Vec<CorsRule>) -> Self {
        Self(rules)
    }

    /// Answers an OPTIONS, which needs no signature.
    pub(super) fn preflight(&self, headers: &HeaderMap) -> S3Result<HttpResponse> {
        let origin = text(headers, ORIGIN).ok_or_else(|| {
            bad_request("Insufficient information. Origin request header needed.")
        })?;
        let method = text(headers, ACCESS_CONTROL_REQUEST_METHOD)
            .ok_or_else(|| bad_request("Invalid Access-Control-Request-Method: null"))?;
        let requested = text(headers, ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        let requested = list(requested).map(str::to_ascii_lowercase).collect::<Vec<_>>();
        let rule = self
            .rule(origin, method)
            .filter(|rule| requested.iter().all(|header| allows_header(rule, header)))
            .ok_or_else(|| self.refusal())?;
        let mut response = Response::new(Body::empty());
        grant(rule, origin, response.headers_mut());
        insert(response.headers_mut(), ACCESS_CONTROL_ALLOW_HEADERS, &requested.join(", "));
        Ok(response)
    }

    /// Adds to the answer of any other request what the page may do with it.
    pub(super) fn decorate(&self, from: Option<Origin>, headers: &mut HeaderMap) {
        let Some(Origin { origin, method }) = from else { return };
        if let Some(rule) = self.rule(&origin, &method) {
            grant(rule, &origin, headers);
        }
    }

    fn rule(&self, origin: &str, method: &str) -> Option<&CorsRule> {
        self.0.iter().find(|rule| {
            rule.allowed_origins.iter().any(|pattern| matches(pattern, origin))
                && rule.allowed_methods.iter().any(|allowed| allowed == method)
        })
    }

    fn refusal(&self) -> S3Error {
        let message = if self.0.is_empty() {
            "CORSResponse: CORS is not enabled for this bucket."
        } else {
            "CORSResponse: This CORS request is not allowed. This is usually because the \
             evaluation of Origin, request method / Access-Control-Request-Method or \
             Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
        };
        let code = S3ErrorCode::Custom("AccessForbidden".into());
        let mut error = S3Error::with_message(code, message);
        error.set_status_code(StatusCode::FORBIDDEN);
        error
    }
}

fn grant(rule: &CorsRule, origin: &str, headers: &mut HeaderMap) {
    let any = rule.allowed_origins.iter().any(|allowed| allowed == "*");
    insert(headers, ACCESS_CONTROL_ALLOW_ORIGIN, if any { "*" } else { origin });
    if !any {
        insert(headers, ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    insert(headers, ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
    insert(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &rule.expose_headers.join(", "));
    if let Some(seconds) = rule.max_age_seconds {
        insert(headers, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    insert(headers, VARY, vary);
}

fn allows_header(rule: &CorsRule, header: &str) -> bool {
    rule.allowed_headers.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), header))
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

/// Sets a header that has something to say.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        headers.insert(name, value);
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn bad_request(message: &'static str) -> S3Error {
    s3_error!(InvalidRequest, "{message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, matched: bool) {
        assert_eq!(matches(pattern, text), matched, "{pattern} {text}");
    }

    #[test]
    fn one_star_stands_for_any_text() {
        check("*", "https://a.example", true);
        check("https://*.example", "https://a.example", true);
        check("https://*.example", "https://a.example.org", false);
        check("aba*aba", "aba", false);
        check("aba*aba", "abaaba", true);
        check("x-amz-*", "x-amz-meta-a", true);
        check("https://a.example", "https://a.example", true);
        check("https://a.example", "https://b.example", false);
    }
}
