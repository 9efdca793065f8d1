//! Fetches what an address names, or posts to it: one request and one look-up of the name at each hop.

mod connect;
mod dial;
mod disposition;
mod download;
mod error;
mod exchange;
mod forward;

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::LOCATION};
use reqwest::{Client, RequestBuilder, Response};
use tokio::time::timeout;
use url::Url;

use crate::{AllowedHosts, UrlError, check};
use connect::{Lookup, Trust};
pub use download::{Body, Download};
pub use error::EgressError;
pub use exchange::{Answer, Outgoing};

/// The guarded HTTP client.
#[derive(Clone, Debug)]
pub struct Egress {
    allowed: AllowedHosts,
    limits: Limits,
    /// For hosts that are not allowed by name.
    guarded: Client,
    /// For hosts that are.
    open: Client,
    /// For connections that are not HTTP's.
    lookup: Lookup,
}

/// What one download may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time to resolve a name and to connect to what it resolves to.
    pub connect: Duration,
    /// The time without a single byte from the other side.
    pub idle: Duration,
    /// The time for everything, redirects and body included.
    pub total: Duration,
    /// The size of the body in bytes.
    pub max_bytes: u64,
    /// The number of redirects.
    pub max_redirects: usize,
}

impl Egress {
    /// Returns a client that reaches the public internet and the hosts that are allowed.
    #[must_use]
    pub fn new(allowed: AllowedHosts, limits: Limits) -> Self {
        Self::with_lookup(allowed, limits, connect::system_lookup())
    }

    /// Sends a GET and returns the answer, whose body is still to be read.
    ///
    /// The headers go to the host of `url` alone: a redirect to another scheme, host or port
    /// drops them. Those that belong to the connection are never sent.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from coming, an answer other than 2xx included.
    pub async fn get(&self, url: Url, headers: HeaderMap) -> Result<Download, EgressError> {
        let started = Instant::now();
        let mut url = check(url.as_str(), &self.allowed)?;
        let mut headers = forward::end_to_end(headers);
        for _ in 0..=self.limits.max_redirects {
            let left = self.limits.total.saturating_sub(started.elapsed());
            let request = self.client(&url).get(url.clone()).headers(headers.clone());
            let response = send(&url, request.timeout(left), self.limits.idle).await?;
            let Some(next) = self.next_hop(&url, &response)? else {
                return Download::new(url, response, &self.limits);
            };
            if next.origin() != url.origin() {
                headers.clear();
            }
            url = next;
        }
        Err(EgressError::TooManyRedirects { host: host(&url), limit: self.limits.max_redirects })
    }

    /// Sends a POST and returns the status of the answer, whatever it is: a redirect is not followed,
    /// and the body of the answer is not read.
    ///
    /// Headers that belong to the connection are never sent.
    ///
    /// # Errors
    ///
    /// Whatever keeps the answer from coming.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<StatusCode, EgressError> {
        let url = check(url, &self.allowed)?;
        let request = self.client(&url).post(url.clone()).headers(forward::end_to_end(headers));
        let request = request.body(body).timeout(self.limits.total);
        let response = send(&url, request, self.limits.idle).await?;
        Ok(response.status())
    }

    fn with_lookup(allowed: AllowedHosts, limits: Limits, lookup: Lookup) -> Self {
        let client = |trust| connect::client(&limits, trust, lookup.clone());
        let (guarded, open) = (client(Trust::Public), client(Trust::Everything));
        Self { allowed, limits, guarded, open, lookup }
    }

    fn client(&self, url: &Url) -> &Client {
        if self.allowed.contains(url) { &self.open } else { &self.guarded }
    }

    /// Returns where the answer of `url` redirects to.
    fn next_hop(&self, url: &Url, response: &Response) -> Result<Option<Url>, EgressError> {
        let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
        if !is_redirect(response.status()) {
            return Ok(None);
        }
        let next = str::from_utf8(location.as_bytes())
            .ok()
            .and_then(|location| url.join(location).ok())
            .ok_or(UrlError::Format)
            .and_then(|next| check(next.as_str(), &self.allowed));
        next.map(Some).map_err(|reason| EgressError::RefusedRedirect { host: host(url), reason })
    }
}

/// Sends a request whose answer must begin before patience ends.
async fn send(
    url: &Url,
    request: RequestBuilder,
    patience: Duration,
) -> Result<Response, EgressError> {
    match timeout(patience, request.send()).await {
        Ok(sent) => sent.map_err(|error| EgressError::sending(host(url), &error)),
        Err(_) => Err(EgressError::TimedOut { host: host(url) }),
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The part of an address that may be told: paths and queries carry secrets.
fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
