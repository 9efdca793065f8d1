use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use bytes::Bytes;
use egress::{Egress, EgressError, Outgoing};
use futures::stream::{self, StreamExt, TryStreamExt};
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use opendal::{Buffer, Error, ErrorKind, HttpBody, HttpTransport};
use reqsign_aws_v4::Credential;
use reqsign_core::Signer;
use sync_wrapper::SyncStream;
use url::Url;

/// Where the library knows to exchange a key of Google's for a token.
const GOOGLE_TOKENS: &str = "https://oauth2.googleapis.com/token";

const TAGGING: HeaderName = HeaderName::from_static("x-amz-tagging");

/// How the library's requests go out: through the guard, every one.
#[derive(Clone)]
pub(super) struct Transport {
    pub(super) egress: Egress,
    /// Signs requests for S3, which the library would not with tags.
    pub(super) signer: Option<Signer<Credential>>,
    pub(super) tagging: Option<HeaderValue>,
    /// Where to exchange a key of Google's, if not there.
    pub(super) token_uri: Option<Url>,
    /// The last status that was no success; 0 when there was none.
    pub(super) refused: Arc<AtomicU16>,
}

impl Transport {
    pub(super) fn new(egress: &Egress) -> Self {
        let (egress, refused) = (egress.clone(), Arc::default());
        Self { egress, signer: None, tagging: None, token_uri: None, refused }
    }

    async fn sign(&self, parts: &mut Parts) -> opendal::Result<()> {
        if let Some(tagging) = self.tagging.as_ref().filter(|_| makes_object(parts)) {
            parts.headers.insert(TAGGING, tagging.clone());
        }
        if let Some(signer) = &self.signer {
            let unsigned = "the request cannot be signed";
            let signed = signer.sign(parts, None).await;
            signed
                .map_err(|error| Error::new(ErrorKind::Unexpected, unsigned).set_source(error))?;
        }
        Ok(())
    }

    fn address(&self, parts: &Parts) -> Result<Url, EgressError> {
        let named = parts.uri.to_string();
        match &self.token_uri {
            Some(uri) if named == GOOGLE_TOKENS => Ok(uri.clone()),
            Some(_) | None => Ok(Url::parse(&named).map_err(|_| egress::UrlError::Format)?),
        }
    }
}

impl HttpTransport for Transport {
    async fn fetch(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let (mut parts, body) = request.into_parts();
        self.sign(&mut parts).await?;
        let url = self.address(&parts).map_err(unsent)?;
        let outgoing = outgoing(&parts, body);
        let sent = self.egress.exchange(parts.method.clone(), url, parts.headers, outgoing);
        let answer = sent.await.map_err(unsent)?;
        if !answer.status.is_success() {
            self.refused.store(answer.status.as_u16(), Ordering::Relaxed);
        }
        let size = length(&answer.headers).filter(|_| parts.method != Method::HEAD);
        let body = answer.body.map_ok(Buffer::from).map_err(unsent);
        let mut response = Response::new(HttpBody::new(SyncStream::new(body), size));
        (*response.status_mut(), *response.headers_mut()) = (answer.status, answer.headers);
        Ok(response)
    }
}

/// Tags come with what makes an object: a put of the whole, or the beginning of an upload in parts.
fn makes_object(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    match parts.method {
        Method::PUT => !query.contains("partNumber="),
        Method::POST => query.starts_with("uploads"),
        _ => false,
    }
}

fn outgoing(parts: &Parts, body: Buffer) -> Option<Outgoing> {
    let size = body.len() as u64;
    let announced = size > 0 || parts.headers.contains_key(CONTENT_LENGTH);
    let chunks = stream::iter(body).map(Ok::<Bytes, std::io::Error>).boxed();
    announced.then_some(Outgoing { size, body: chunks })
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unsent(error: EgressError) -> Error {
    Error::new(ErrorKind::Unexpected, "the request came to nothing").set_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_with_what_makes_an_object() {
        let check = |method: Method, uri: &str, expected: bool| {
            let request = Request::builder().method(&method).uri(uri).body(()).unwrap();
            assert_eq!(makes_object(&request.into_parts().0), expected, "{method} {uri}");
        };
        check(Method::PUT, "https://s3.test/a/b", true);
        check(Method::PUT, "https://s3.test/a/b?partNumber=2&uploadId=c", false);
        check(Method::POST, "https://s3.test/a/b?uploads", true);
        check(Method::POST, "https://s3.test/a/b?uploadId=c", false);
        check(Method::GET, "https://s3.test/a/b", false);
    }
}
