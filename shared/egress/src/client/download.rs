use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use http::{StatusCode, header::CONTENT_DISPOSITION};
use reqwest::Response;
use tokio::time::timeout;
use url::Url;

use super::{EgressError, Limits, disposition, host};

/// The bytes of a download as they come; it ends with the error that broke it off.
pub type Body = BoxStream<'static, Result<Bytes, EgressError>>;

/// A successful answer.
pub struct Download {
    /// A 2xx.
    pub status: StatusCode,
    /// Where the last redirect led.
    pub final_url: Url,
    /// The name that the server gives the file: never a safe path as it is.
    pub file_name: Option<String>,
    /// The size that the server announces, in bytes.
    pub content_length: Option<u64>,
    /// What the server sends, in the encoding it sends it in.
    pub body: Body,
}

impl Download {
    pub(super) fn new(url: Url, response: Response, limits: &Limits) -> Result<Self, EgressError> {
        let (host, status, limit) = (host(&url), response.status(), limits.max_bytes);
        if !status.is_success() {
            return Err(EgressError::Answered { host, status: status.as_u16() });
        }
        let content_length = response.content_length();
        if content_length.is_some_and(|length| length > limit) {
            return Err(EgressError::TooLarge { host, limit });
        }
        let disposition = response.headers().get(CONTENT_DISPOSITION);
        Ok(Self {
            status,
            final_url: url,
            file_name: disposition.and_then(|value| disposition::file_name(value.as_bytes())),
            content_length,
            body: body(response, host, limits),
        })
    }
}

struct Reader {
    response: Response,
    host: String,
    idle: Duration,
    left: u64,
    limit: u64,
}

/// Returns the bytes of an answer as they come.
pub(super) fn body(response: Response, host: String, limits: &Limits) -> Body {
    let (idle, limit) = (limits.idle, limits.max_bytes);
    let reader = Reader { response, host, idle, left: limit, limit };
    stream::try_unfold(reader, |mut reader| async {
        Ok(reader.read().await?.map(|chunk| (chunk, reader)))
    })
    .boxed()
}

impl Reader {
    async fn read(&mut self) -> Result<Option<Bytes>, EgressError> {
        let chunk = timeout(self.idle, self.response.chunk()).await;
        let chunk = chunk.map_err(|_| EgressError::TimedOut { host: self.host.clone() })?;
        let chunk = chunk.map_err(|error| EgressError::reading(self.host.clone(), &error))?;
        let size = chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        let too_large = || EgressError::TooLarge { host: self.host.clone(), limit: self.limit };
        self.left = self.left.checked_sub(size).ok_or_else(too_large)?;
        Ok(chunk)
    }
}
