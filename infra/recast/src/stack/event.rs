//! Events and answers of API Gateway's payload format 2.0, which function URLs share.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Response, StatusCode, Uri, request::Parts};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lambda_http::request::LambdaRequest;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::names::ACCOUNT;

/// What Lambda takes and gives for a synchronous invocation: 6 MB, as JSON.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(crate) const LARGEST: usize = 6 * 1024 * 1024;

/// A request as the gateway hands it over.
pub(crate) struct Incoming<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) body: &'a Bytes,
    /// The route that was taken: `GET /v2/tasks/{id}`.
    pub(crate) route: &'a str,
    /// The variable parts of its path.
    pub(crate) parameters: &'a BTreeMap<String, String>,
    pub(crate) at: Timestamp,
    /// How the client came: `http` or `https`.
    pub(crate) scheme: &'static str,
}

impl Incoming<'_> {
    /// Makes the event; none when it is larger than Lambda takes.
    pub(crate) fn event(&self) -> Option<LambdaRequest> {
        let event = self.json().to_string();
        if event.len() > LARGEST {
            return None;
        }
        serde_json::from_str(&event).inspect_err(|error| tracing::error!(%error, "no event")).ok()
    }

    fn json(&self) -> Value {
        let (uri, headers) = (&self.parts.uri, &self.parts.headers);
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let (body, encoded) = self.body();
        json!({
            "version": "2.0",
            "routeKey": self.route,
            "rawPath": decoded_path(uri),
            "rawQueryString": uri.query().unwrap_or_default(),
            "headers": single_headers(headers, self.scheme),
            "queryStringParameters": query(uri),
            "pathParameters": self.parameters,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "local",
                "domainName": host,
                "domainPrefix": "local",
                "http": {
                    "method": self.parts.method.as_str(),
                    "path": decoded_path(uri),
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": headers.get("user-agent").and_then(|agent| agent.to_str().ok()),
                },
                "requestId": "local",
                "routeKey": self.route,
                "stage": "$default",
                "time": self.at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
                "timeEpoch": self.at.as_millisecond(),
            },
            "body": body,
            "isBase64Encoded": encoded,
        })
    }

    /// Bodies of a few text types stay text; all others, and those without a type, become base64.
    fn body(&self) -> (Option<String>, bool) {
        if self.body.is_empty() {
            return (None, false);
        }
        match std::str::from_utf8(self.body) {
            Ok(text) if is_text(&self.parts.headers) => (Some(text.to_owned()), false),
            Ok(_) | Err(_) => (Some(BASE64_STANDARD.encode(self.body)), true),
        }
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let known = ["application/json", "application/javascript", "application/xml"];
    kind.starts_with("text/") || known.iter().any(|known| kind.starts_with(known))
}

/// The raw path of an event is decoded once, whatever its name says.
fn decoded_path(uri: &Uri) -> String {
    percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy().into_owned()
}

/// The gateway adds how the client came, whatever the client says of it, and joins repeated headers
/// with commas.
fn single_headers(headers: &HeaderMap, scheme: &str) -> Map<String, Value> {
    let mut single: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let joined = match single.get(name.as_str()) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        single.insert(name.to_string(), joined);
    }
    single.insert("x-forwarded-proto".to_owned(), scheme.to_owned());
    single.remove("x-forwarded-host");
    single.into_iter().map(|(name, value)| (name, Value::String(value))).collect()
}

fn query(uri: &Uri) -> Option<BTreeMap<String, String>> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(uri.query()?.as_bytes()) {
        let joined = match parameters.get(name.as_ref()) {
            Some(before) => format!("{before},{value}"),
            None => value.into_owned(),
        };
        parameters.insert(name.into_owned(), joined);
    }
    Some(parameters)
}

/// What a function answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Renders what a function answered; what is larger than Lambda gives is an error of the gateway's.
pub(crate) fn render(answer: &str) -> Response<Body> {
    if answer.len() > LARGEST {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    }
    parse(answer)
        .unwrap_or_else(|| refuse(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"))
}

fn parse(answer: &str) -> Option<Response<Body>> {
    let answer: Answer = serde_json::from_str(answer).ok()?;
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded {
        BASE64_STANDARD.decode(body).ok()?
    } else {
        body.into_bytes()
    };
    let mut response = Response::builder().status(answer.status_code);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    for (name, values) in answer.multi_value_headers {
        for value in values {
            response = response.header(&name, value);
        }
    }
    response.body(Body::from(body)).ok()
}

/// Answers for the gateway itself, in its own words.
pub(crate) fn refuse(status: StatusCode, message: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/json"));
    response
}
