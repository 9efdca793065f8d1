use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use http::{HeaderMap, Method, StatusCode, header::CONTENT_LENGTH};
use url::Url;

use super::download::body;
use super::{Body, Egress, EgressError, forward, host, send};
use crate::check;

/// How slowly a body may go out, in bytes per second, before the other side is given up.
const SLOWEST: u64 = 64 * 1024;

/// What is sent.
pub struct Outgoing {
    /// Its size in bytes, which is announced.
    pub size: u64,
    /// So many bytes.
    pub body: BoxStream<'static, io::Result<Bytes>>,
}

/// What was answered, whatever it is.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// What the server sends, in the encoding it sends it in.
    pub body: Body,
}

impl Egress {
    /// Sends a request of any method and returns the answer, whatever it is: a redirect is not followed.
    ///
    /// Headers that belong to the connection are never sent. Without a body, none is announced.
    ///
    /// # Errors
    ///
    /// Whatever keeps the answer from coming.
    pub async fn exchange(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        outgoing: Option<Outgoing>,
    ) -> Result<Answer, EgressError> {
        let url = check(url.as_str(), &self.allowed)?;
        let request = self.client(&url).request(method, url.clone());
        let request = request.headers(forward::end_to_end(headers)).timeout(self.limits.total);
        let size = outgoing.as_ref().map_or(0, |outgoing| outgoing.size);
        let request = match outgoing {
            Some(Outgoing { size, body }) => {
                request.header(CONTENT_LENGTH, size).body(reqwest::Body::wrap_stream(body))
            }
            None => request,
        };
        let patience = self.limits.idle + Duration::from_secs(size / SLOWEST);
        let response = send(&url, request, patience).await?;
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: body(response, host(&url), &self.limits),
        })
    }
}
