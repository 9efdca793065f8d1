//! What a page asks for, fetched through the guarded way out: one request at a time, and no redirect is followed here.

use std::io::Read;

use bytes::Bytes;
use egress::{Answer, Egress, EgressError, Outgoing};
use engines::{Asked, Fetch, Fetched, Fetching, Refusal};
use flate2::read::{GzDecoder, ZlibDecoder};
use futures::{StreamExt, stream};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::{Origin, Url};

/// The largest thing that a page may get, in bytes.
const LARGEST: usize = 64 << 20;

/// The way out of a page.
#[derive(Debug)]
pub(super) struct Guarded {
    egress: Egress,
    /// Where the page is from, which alone gets the headers: they hold secrets, as a rule.
    origin: Origin,
    headers: HeaderMap,
}

impl Guarded {
    pub(super) fn new(egress: &Egress, page: &Url, headers: &HeaderMap) -> Self {
        Self { egress: egress.clone(), origin: page.origin(), headers: headers.clone() }
    }

    async fn get(&self, asked: Asked) -> Result<Fetched, Refusal> {
        let method = Method::from_bytes(asked.method.as_bytes());
        let method = method.map_err(|_| refuse("the method is none"))?;
        let headers = self.headers(&asked);
        let body = Some(asked.body).filter(|body| !body.is_empty()).map(outgoing);
        let answer = self.egress.exchange(method, asked.url, headers, body).await.map_err(told)?;
        let (status, headers) = (answer.status.as_u16(), texts(&answer.headers));
        Ok(Fetched { status, headers, body: whole(answer).await? })
    }

    /// A body that is not encoded is handed in as it comes.
    fn headers(&self, asked: &Asked) -> HeaderMap {
        let pair = |(name, value): &(String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        let mut headers: HeaderMap = asked.headers.iter().filter_map(pair).collect();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if asked.url.origin() == self.origin {
            headers.extend(self.headers.clone());
        }
        headers
    }
}

impl Fetch for Guarded {
    fn fetch(&self, asked: Asked) -> Fetching<'_> {
        Box::pin(self.get(asked))
    }
}

fn outgoing(body: Vec<u8>) -> Outgoing {
    let size = body.len() as u64;
    Outgoing { size, body: stream::once(async { Ok(Bytes::from(body)) }).boxed() }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

async fn whole(mut answer: Answer) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.body.next().await {
        body.extend_from_slice(&chunk.map_err(told)?);
        if body.len() > LARGEST {
            return Err(too_large());
        }
    }
    match answer.headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => Ok(body),
        Some(_) if body.is_empty() => Ok(body),
        // Some send nothing else, whatever they are asked for.
        Some(b"gzip" | b"x-gzip") => decoded(GzDecoder::new(body.as_slice())),
        Some(b"deflate") => decoded(ZlibDecoder::new(body.as_slice())),
        Some(_) => Err(refuse("the answer has an encoding that was not asked for")),
    }
}

fn decoded(decoder: impl Read) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    let read = decoder.take(LARGEST as u64 + 1).read_to_end(&mut body);
    read.map_err(|_| refuse("the answer is damaged"))?;
    if body.len() > LARGEST { Err(too_large()) } else { Ok(body) }
}

fn told(error: EgressError) -> Refusal {
    Refusal(error.to_string())
}

fn too_large() -> Refusal {
    Refusal(format!("the page has parts of more than {} MiB", LARGEST >> 20))
}

fn refuse(reason: &str) -> Refusal {
    Refusal(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use egress::{AllowedHosts, Limits};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::StatusCode;

    use super::*;

    fn guarded() -> Guarded {
        let second = Duration::from_secs(1);
        let limits = Limits {
            connect: second,
            idle: second,
            total: second,
            max_bytes: 1 << 30,
            max_redirects: 0,
        };
        let egress = Egress::new(AllowedHosts::default(), limits);
        let mut headers = HeaderMap::new();
        headers.insert("x-secret", HeaderValue::from_static("42"));
        Guarded::new(&egress, &"http://a.example/page".parse().unwrap(), &headers)
    }

    fn asked(url: &str) -> Asked {
        let headers = vec![("Accept-Encoding".to_owned(), "br".to_owned())];
        let (method, url) = ("GET".to_owned(), url.parse().unwrap());
        Asked { method, url, headers, body: Vec::new() }
    }

    #[test]
    fn headers_go_to_where_the_page_is_from_alone() {
        let check = |url: &str, secret: bool| {
            let headers = guarded().headers(&asked(url));
            assert_eq!(headers.contains_key("x-secret"), secret, "{url}");
            assert_eq!(headers[ACCEPT_ENCODING], "identity");
        };
        check("http://a.example/style.css", true);
        for url in ["https://a.example/", "http://a.example:8080/", "http://www.a.example/"] {
            check(url, false);
        }
    }

    #[tokio::test]
    async fn what_is_private_is_not_fetched() {
        for url in ["http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]/"] {
            let refused = guarded().fetch(asked(url)).await.unwrap_err();
            assert_eq!(refused.to_string(), "The url points to a private address.", "{url}");
        }
    }

    #[tokio::test]
    async fn bodies_are_decoded_within_limits() {
        let answer = |encoding: &'static str, body: Vec<u8>| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            let body = stream::once(async { Ok(Bytes::from(body)) }).boxed();
            Answer { status: StatusCode::OK, headers, body }
        };
        let zipped = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(whole(answer("gzip", zipped(b"abc"))).await.unwrap(), b"abc");
        assert_eq!(whole(answer("identity", b"abc".into())).await.unwrap(), b"abc");
        assert!(whole(answer("gzip", b"abc".into())).await.is_err());
        assert!(whole(answer("br", b"abc".into())).await.is_err());
        let bomb = zipped(&vec![0; LARGEST + 1]);
        assert_eq!(whole(answer("gzip", bomb)).await.unwrap_err(), too_large());
    }
}
