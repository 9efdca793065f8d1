//! Every host is a server of the test's own on loopback, reached by names that only the test's
//! look-up knows.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use url::Url;

use super::{Egress, EgressError, Limits, Outgoing, connect::Lookup};
use crate::{AllowedHosts, UrlError};

const LIMITS: Limits = Limits {
    connect: Duration::from_secs(10),
    idle: Duration::from_secs(10),
    total: Duration::from_secs(20),
    max_bytes: 10,
    max_redirects: 5,
};

const SHORT: Duration = Duration::from_millis(100);

/// A server that gives each connection the same answer.
struct Server {
    port: u16,
    requests: mpsc::UnboundedReceiver<String>,
}

#[derive(Clone, Copy)]
enum Manner {
    /// Closes the connection after the answer.
    Close,
    /// Keeps it open.
    Stall,
    /// Closes it, but answers late.
    Hesitate,
}

impl Server {
    async fn start(answer: impl Into<String>, manner: Manner) -> Self {
        let answer = answer.into();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let request = head(&mut connection).await;
                if sender.send(request).is_err() {
                    return;
                }
                if let Manner::Hesitate = manner {
                    tokio::time::sleep(SHORT / 4).await;
                }
                connection.write_all(answer.as_bytes()).await.unwrap();
                if let Manner::Stall = manner {
                    tokio::spawn(async move { connection.read_to_end(&mut Vec::new()).await });
                }
            }
        });
        Self { port, requests }
    }

    async fn answering(answer: impl Into<String>) -> Self {
        Self::start(answer, Manner::Close).await
    }

    fn url(&self, host: &str) -> Url {
        format!("http://{host}:{}/a/b?secret=1", self.port).parse().unwrap()
    }

    /// Returns the next of the requests that were answered, in lower case.
    fn request(&mut self) -> String {
        self.requests.try_recv().expect("the server was asked").to_lowercase()
    }
}

/// The first byte of a TLS handshake, RFC 8446, section 5.1.
const HANDSHAKE: u8 = 22;

async fn head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head != [HANDSHAKE] {
        match connection.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

fn egress(allowed: &[&str], limits: Limits) -> Egress {
    let allowed = AllowedHosts::parse(allowed).unwrap();
    let lookup = Lookup(Arc::new(|name| Box::pin(async move { lookup(&name) })));
    Egress::with_lookup(allowed, limits, lookup)
}

fn lookup(name: &str) -> io::Result<Vec<SocketAddr>> {
    let addresses: &[&str] = match name {
        "files.test" | "other.test" | "rebound.test" => &["127.0.0.1:0"],
        "half.test" => &["93.184.216.34:0", "10.0.0.1:0"],
        "mapped.test" => &["[::ffff:127.0.0.1]:0"],
        "empty.test" => &[],
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(addresses.iter().map(|address| address.parse().unwrap()).collect())
}

async fn fetch(egress: &Egress, url: Url) -> Result<Vec<u8>, EgressError> {
    let download = egress.get(url, HeaderMap::new()).await?;
    let chunks: Vec<_> = download.body.try_collect().await?;
    Ok(chunks.concat())
}

/// Checks the words of the error that `get` or its body ends with.
async fn check(egress: &Egress, url: impl AsRef<str>, expected: &str) {
    let url = url.as_ref();
    let error = fetch(egress, url.parse().unwrap()).await.expect_err(url);
    assert_eq!(error.to_string(), expected, "{url}");
}

fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n{body}")
}

fn redirect(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

#[tokio::test]
async fn file_of_an_allowed_host_is_downloaded() {
    let name = "Content-Disposition: attachment; filename=a.pdf\r\n";
    let mut server =
        Server::answering(ok(&format!("{name}Content-Length: 10\r\n"), "0123456789")).await;
    let egress = egress(&["files.test"], LIMITS);
    let download = egress.get(server.url("files.test"), HeaderMap::new()).await.unwrap();
    assert_eq!(download.status, 200);
    assert_eq!(download.file_name.as_deref(), Some("a.pdf"));
    assert_eq!(download.content_length, Some(10));
    assert_eq!(download.final_url, server.url("files.test"));
    let chunks: Vec<_> = download.body.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), b"0123456789");
    let request = server.request();
    assert!(request.starts_with("get /a/b?secret=1 http/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("\r\nhost: files.test:{}\r\n", server.port)), "{request}");
    assert!(!request.contains("referer") && !request.contains("accept-encoding"), "{request}");
}

#[tokio::test]
async fn private_addresses_are_refused_before_a_connection() {
    let server = Server::answering(ok("", "secret")).await;
    let port = server.port;
    let open = egress(&[], LIMITS);
    check(&open, format!("http://127.0.0.1:{port}/"), "The url points to a private address.").await;
    let open = egress(&["files.test"], LIMITS);
    check(&open, "http://rebound.test/", "rebound.test resolves to a private address").await;
    check(&open, "http://mapped.test/", "mapped.test resolves to a private address").await;
    check(&open, "http://half.test/", "half.test resolves to a private address").await;
    drop(open);
    assert_eq!(server.requests.len(), 0);
}

#[tokio::test]
async fn allowed_port_opens_no_other() {
    let server = Server::answering(ok("", "file")).await;
    let egress = egress(&[&format!("files.test:{}", server.port)], LIMITS);
    assert_eq!(fetch(&egress, server.url("files.test")).await.unwrap(), b"file");
    check(&egress, "http://files.test/", "files.test resolves to a private address").await;
}

#[tokio::test]
async fn redirect_is_followed_and_judged_anew() {
    let inner = Server::answering(ok("", "secret")).await;
    let cases = [
        (inner.url("127.0.0.1"), UrlError::Private),
        (inner.url("localhost"), UrlError::Private),
        (inner.url("[::ffff:7f00:1]"), UrlError::Private),
        (inner.url("example.org"), UrlError::Port),
        ("file:///etc/passwd".parse().unwrap(), UrlError::Scheme),
        ("http://user@example.org/".parse().unwrap(), UrlError::UserInfo),
    ];
    let egress = egress(&["files.test"], LIMITS);
    for (location, reason) in cases {
        let outer = Server::answering(redirect(location.as_str())).await;
        let refused = EgressError::RefusedRedirect { host: "files.test".into(), reason };
        assert_eq!(fetch(&egress, outer.url("files.test")).await, Err(refused), "{location}");
    }
    let outer = Server::answering(redirect("http://rebound.test/")).await;
    check(&egress, outer.url("files.test"), "rebound.test resolves to a private address").await;
    assert_eq!(inner.requests.len(), 0);
    let outer = Server::answering(redirect(&format!("//files.test:{}/", inner.port))).await;
    assert_eq!(fetch(&egress, outer.url("files.test")).await.unwrap(), b"secret");
}

#[tokio::test]
async fn redirects_end() {
    let mut server = Server::answering(redirect("/again")).await;
    let egress = egress(&["files.test"], LIMITS);
    check(&egress, server.url("files.test"), "files.test redirected more than 5 times").await;
    for _ in 0..=LIMITS.max_redirects {
        server.request();
    }
    assert_eq!(server.requests.len(), 0);
}

#[tokio::test]
async fn headers_of_users_go_to_the_first_host_alone() {
    let mut last = Server::answering(ok("", "file")).await;
    let mut first = Server::answering(redirect(last.url("other.test").as_str())).await;
    let mut headers = HeaderMap::new();
    for name in ["authorization", "cookie", "x-api-key", "host", "connection", "content-length"] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static("77"));
    }
    let egress = egress(&["files.test", "other.test"], LIMITS);
    egress.get(first.url("files.test"), headers).await.unwrap();
    let request = first.request();
    for kept in ["authorization: 77", "cookie: 77", "x-api-key: 77", "host: files.test"] {
        assert!(request.contains(kept), "{request}");
    }
    for dropped in ["host: 77", "connection: 77", "content-length: 77"] {
        assert!(!request.contains(dropped), "{request}");
    }
    let request = last.request();
    assert!(request.contains("host: other.test") && !request.contains(": 77\r"), "{request}");
    assert!(!request.contains("referer"), "{request}");
}

#[tokio::test]
async fn headers_of_users_stay_on_the_same_host() {
    let mut server = Server::answering(redirect("/next")).await;
    let headers = HeaderMap::from_iter([(http::header::COOKIE, HeaderValue::from_static("77"))]);
    let egress = egress(&["files.test"], LIMITS);
    assert!(egress.get(server.url("files.test"), headers).await.is_err());
    server.request();
    assert!(server.request().contains("cookie: 77"));
}

#[tokio::test]
async fn body_beyond_the_limit_is_refused() {
    let egress = egress(&["files.test"], LIMITS);
    let announced = Server::answering(ok("Content-Length: 11\r\n", "01234567890")).await;
    let url = announced.url("files.test");
    let error = egress.get(url, HeaderMap::new()).await.err();
    assert_eq!(error, Some(EgressError::TooLarge { host: "files.test".into(), limit: 10 }));
    let endless = Server::answering(ok("", "01234567890")).await;
    check(&egress, endless.url("files.test"), "files.test sent more than 10 bytes").await;
}

#[tokio::test]
async fn answer_that_stalls_times_out() {
    let egress = egress(&["files.test"], Limits { idle: SHORT, ..LIMITS });
    for answer in [String::new(), ok("Content-Length: 5\r\n", "012")] {
        let server = Server::start(answer, Manner::Stall).await;
        let timed_out = check(&egress, server.url("files.test"), "files.test timed out");
        timeout(LIMITS.idle, timed_out).await.expect("the idle time ends it, not the total");
    }
}

#[tokio::test]
async fn total_time_is_limited_over_all_hops() {
    let egress = egress(&["files.test"], Limits { total: SHORT, ..LIMITS });
    let server = Server::start(ok("Content-Length: 5\r\n", "012"), Manner::Stall).await;
    let timed_out = check(&egress, server.url("files.test"), "files.test timed out");
    timeout(LIMITS.idle, timed_out).await.expect("the total time ends it, not the idle");
    let server = Server::start(redirect("/again"), Manner::Hesitate).await;
    check(&egress, server.url("files.test"), "files.test timed out").await;
}

#[tokio::test]
async fn failures_are_named_without_secrets() {
    let open = egress(&["files.test", "127.0.0.1"], LIMITS);
    let missing = Server::answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
    check(&open, missing.url("files.test"), "files.test answered 404").await;
    let nowhere = Server::answering("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n").await;
    check(&open, nowhere.url("files.test"), "files.test answered 302").await;
    let broken = Server::answering(ok("Content-Length: 5\r\n", "012")).await;
    check(&open, broken.url("files.test"), "files.test broke off its answer").await;
    let plain = Server::start(ok("", "no TLS"), Manner::Stall).await;
    let url = plain.url("127.0.0.1").as_str().replacen("http", "https", 1);
    check(&open, url, "could not set up TLS with 127.0.0.1").await;
    check(&open, "http://unknown.test/", "could not resolve unknown.test").await;
    check(&open, "http://empty.test/", "could not resolve empty.test").await;
}

#[tokio::test]
async fn closed_port_is_unreachable() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://files.test:{}/", listener.local_addr().unwrap().port());
    drop(listener);
    check(&egress(&["files.test"], LIMITS), url, "could not connect to files.test").await;
}

#[tokio::test]
async fn a_post_is_answered_with_a_status_and_follows_nothing() {
    let egress = egress(&["files.test"], LIMITS);
    let post = async |url: Url| egress.post(url.as_str(), HeaderMap::new(), "body".into()).await;
    let inner = Server::answering(ok("", "")).await;
    let mut outer = Server::answering(redirect(inner.url("files.test").as_str())).await;
    assert_eq!(post(outer.url("files.test")).await.unwrap(), 302);
    assert_eq!(inner.requests.len(), 0);
    assert!(outer.request().starts_with("post /a/b?secret=1 http/1.1\r\n"));
    let large = Server::answering(ok("Content-Length: 11\r\n", "01234567890")).await;
    assert_eq!(post(large.url("files.test")).await.unwrap(), 200, "nobody reads the body");
}

#[tokio::test]
async fn a_post_reaches_no_private_address() {
    let server = Server::answering(ok("", "")).await;
    let egress = egress(&["files.test"], LIMITS);
    for (url, reason) in [
        (format!("http://127.0.0.1:{}/", server.port), "The url points to a private address."),
        ("http://rebound.test/".to_owned(), "rebound.test resolves to a private address"),
        ("http://half.test/".to_owned(), "half.test resolves to a private address"),
    ] {
        let error = egress.post(&url, HeaderMap::new(), "body".into()).await.unwrap_err();
        assert_eq!(error.to_string(), reason);
    }
    assert_eq!(server.requests.len(), 0);
}

/// Returns a body of a few chunks.
fn outgoing(chunks: &[&'static str]) -> Outgoing {
    let size = chunks.iter().map(|chunk| chunk.len() as u64).sum();
    let chunks: Vec<_> = chunks.iter().map(|chunk| Ok((*chunk).into())).collect();
    Outgoing { size, body: stream::iter(chunks).boxed() }
}

#[tokio::test]
async fn an_exchange_announces_its_size_and_follows_nothing() {
    let egress = egress(&["files.test"], LIMITS);
    let inner = Server::answering(ok("", "")).await;
    let mut outer = Server::answering(redirect(inner.url("files.test").as_str())).await;
    let headers = HeaderMap::from_iter([
        (http::header::COOKIE, HeaderValue::from_static("77")),
        (http::header::TRANSFER_ENCODING, HeaderValue::from_static("chunked")),
    ]);
    let body = Some(outgoing(&["01", "", "234"]));
    let sent = egress.exchange(Method::PUT, outer.url("files.test"), headers, body).await.unwrap();
    assert_eq!((sent.status.as_u16(), inner.requests.len()), (302, 0));
    let request = outer.request();
    assert!(request.starts_with("put /a/b?secret=1 http/1.1\r\n"), "{request}");
    for line in ["content-length: 5\r\n", "cookie: 77\r\n"] {
        assert!(request.contains(line), "{request}");
    }
    assert!(!request.contains("chunked"), "{request}");
}

#[tokio::test]
async fn an_exchange_returns_whatever_is_answered() {
    let egress = egress(&["files.test"], Limits { idle: SHORT, ..LIMITS });
    let denied = "HTTP/1.1 403 Forbidden\r\nx-reason: policy\r\nContent-Length: 2\r\n\r\nno";
    let server = Server::answering(denied).await;
    let exchange = async |server: &Server| {
        egress.exchange(Method::GET, server.url("files.test"), HeaderMap::new(), None).await
    };
    let answer = exchange(&server).await.unwrap();
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["x-reason"]),
        (403, &"policy".parse().unwrap())
    );
    assert_eq!(answer.body.try_collect::<Vec<_>>().await.unwrap().concat(), b"no");
    let stalled = Server::start(ok("Content-Length: 5\r\n", "012"), Manner::Stall).await;
    let answer = exchange(&stalled).await.unwrap();
    let broken = answer.body.try_collect::<Vec<_>>().await;
    assert_eq!(broken.unwrap_err().to_string(), "files.test timed out");
}

#[tokio::test]
async fn what_is_not_http_reaches_no_private_address_either() {
    let server = Server::answering("hello").await;
    let port = server.port;
    let egress = egress(&[&format!("files.test:{port}")], LIMITS);
    for (host, reason) in [
        ("127.0.0.1", "The url points to a private address."),
        ("0x7f.1", "The url points to a private address."),
        ("rebound.test", "rebound.test resolves to a private address"),
        ("half.test", "half.test resolves to a private address"),
        ("unknown.test", "could not resolve unknown.test"),
    ] {
        assert_eq!(egress.connect(host, port).await.unwrap_err().to_string(), reason, "{host}");
    }
    let error = egress.connect("files.test", port + 1).await.unwrap_err();
    assert_eq!(error.to_string(), "files.test resolves to a private address");
    assert_eq!(server.requests.len(), 0);
    let mut stream = egress.connect("files.test", port).await.unwrap();
    stream.write_all(b"\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "hello");
}
