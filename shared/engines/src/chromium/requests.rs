//! What a page asks for: stopped on its way out, and answered here or refused.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use url::Url;

use super::fetch::{Asked, Fetched, Refusal};
use super::page::Page;

/// How many things a page may ask for.
const MOST: usize = 2_000;

/// How many bytes it may get in all.
const LARGEST: u64 = 256 << 20;

/// How many of them are fetched at a time, as browsers do.
const AT_ONCE: usize = 16;

/// Headers that speak of the form in which a body came; what is handed in has none.
const OF_FORM: [&str; 4] =
    ["connection", "content-encoding", "content-length", "transfer-encoding"];

/// What is left of what a page may ask for.
pub(super) struct Budget {
    asked: AtomicUsize,
    bytes: AtomicU64,
    places: Semaphore,
}

/// A request that waits for an answer: see `Fetch.requestPaused`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paused {
    request_id: String,
    request: Request,
    resource_type: String,
    frame_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    url: String,
    method: String,
    headers: BTreeMap<String, String>,
    #[serde(default)]
    has_post_data: bool,
    #[serde(default)]
    post_data_entries: Vec<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    bytes: String,
}

/// Answers a request of the page.
pub(super) async fn answer(page: Arc<Page>, paused: Paused) {
    let id = &paused.request_id;
    // What is in the page already; nothing leaves it.
    if ["data:", "blob:"].iter().any(|scheme| paused.request.url.starts_with(scheme)) {
        return page.session.tell("Fetch.continueRequest", json!({ "requestId": id }));
    }
    let fetched = fetch(&page, &paused.request).await;
    if paused.resource_type == "Document" && paused.frame_id == page.seen.borrow().frame {
        let refusal = refusal(&paused.request, &fetched);
        page.seen.send_modify(|seen| seen.refusal = refusal);
    }
    match fetched {
        Ok(fetched) => page.session.tell("Fetch.fulfillRequest", fulfilment(id, &fetched)),
        Err(_) => {
            let refused = json!({ "requestId": id, "errorReason": "BlockedByClient" });
            page.session.tell("Fetch.failRequest", refused);
        }
    }
}

async fn fetch(page: &Page, request: &Request) -> Result<Fetched, Refusal> {
    let asked = asked(request)?;
    let _place = page.budget.place().await?;
    let fetched = page.fetch.fetch(asked).await?;
    page.budget.take(fetched.body.len() as u64)?;
    Ok(fetched)
}

fn asked(request: &Request) -> Result<Asked, Refusal> {
    let url = Url::parse(&request.url).map_err(|_| refuse("the address is none"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("the address is not one of the web"));
    }
    let parts = request.post_data_entries.iter();
    let parts =
        parts.map(|entry| BASE64_STANDARD.decode(&entry.bytes)).collect::<Result<Vec<_>, _>>();
    let body = parts.map_err(|_| refuse("what is sent cannot be read"))?.concat();
    // A file, or more than messages hold.
    if request.has_post_data && body.is_empty() {
        return Err(refuse("what is sent is too large"));
    }
    let headers = request.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
    Ok(Asked { method: request.method.clone(), url, headers: headers.collect(), body })
}

/// Returns why an answer for the page itself is not the page that was wanted.
fn refusal(request: &Request, fetched: &Result<Fetched, Refusal>) -> Option<String> {
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(Refusal(reason)) => return Some(reason.clone()),
    };
    let url = Url::parse(&request.url).ok()?;
    let (host, status) = (url.host_str().unwrap_or_default(), fetched.status);
    let kind = fetched.header("content-type").unwrap_or_default().trim().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim_end();
    if status >= 400 {
        Some(format!("{host} answered {status}"))
    } else if (200..300).contains(&status) && !is_shown(kind) {
        Some(format!("{host} sent no page, but a file ({kind})"))
    } else {
        None
    }
}

/// Returns whether the browser shows what is of this type, and does not keep it as a file.
fn is_shown(kind: &str) -> bool {
    ["", "application/json", "application/xhtml+xml", "application/xml"].contains(&kind)
        || kind.starts_with("text/")
        || kind.starts_with("image/")
}

fn fulfilment(id: &str, fetched: &Fetched) -> Value {
    let is_ours = |name: &str| OF_FORM.iter().any(|own| own.eq_ignore_ascii_case(name));
    let headers = fetched.headers.iter().filter(|(name, _)| !is_ours(name));
    let headers = headers.map(|(name, value)| json!({ "name": name, "value": value }));
    json!({
        "requestId": id,
        "responseCode": fetched.status,
        "responseHeaders": headers.collect::<Vec<_>>(),
        "body": BASE64_STANDARD.encode(&fetched.body),
    })
}

fn refuse(reason: &str) -> Refusal {
    Refusal(reason.to_owned())
}

impl Default for Budget {
    fn default() -> Self {
        let (asked, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        Self { asked, bytes, places: Semaphore::new(AT_ONCE) }
    }
}

impl Budget {
    async fn place(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Refusal> {
        if self.asked.fetch_add(1, Ordering::Relaxed) >= MOST {
            return Err(refuse("the page asks for too much"));
        }
        self.places.acquire().await.map_err(|_| refuse("the page is gone"))
    }

    fn take(&self, bytes: u64) -> Result<(), Refusal> {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let is_too_large = before.saturating_add(bytes) > LARGEST;
        if is_too_large { Err(refuse("the page is too large")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(value: Value) -> Request {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn only_addresses_of_the_web_are_asked_for() {
        let check = |url: &str, expected: bool| {
            let request = request(json!({ "url": url, "method": "GET", "headers": {} }));
            assert_eq!(asked(&request).is_ok(), expected, "{url}");
        };
        for url in ["http://example.org/a?b", "https://example.org:8443/"] {
            check(url, true);
        }
        for url in ["file:///etc/passwd", "chrome://version", "ftp://example.org/", "ws://a", ""] {
            check(url, false);
        }
    }

    #[test]
    fn what_is_sent_arrives_or_the_request_is_refused() {
        let post = |entries: Value| {
            let request = json!({
                "url": "http://example.org/", "method": "POST", "headers": { "a": "b" },
                "hasPostData": true, "postDataEntries": entries,
            });
            asked(&self::request(request))
        };
        let asked = post(json!([{ "bytes": "YWI=" }, { "bytes": "Yw==" }])).unwrap();
        assert_eq!((asked.method.as_str(), asked.body.as_slice()), ("POST", &b"abc"[..]));
        assert_eq!(asked.headers, [("a".to_owned(), "b".to_owned())]);
        assert!(post(json!([])).is_err() && post(json!([{ "bytes": "~" }])).is_err());
    }

    #[test]
    fn a_page_is_what_the_browser_shows_and_no_error() {
        let check = |status: u16, kind: &str, expected: Option<&str>| {
            let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
            let fetched = Ok(Fetched { status, headers, body: Vec::new() });
            let request =
                request(json!({ "url": "http://a.org/", "method": "GET", "headers": {} }));
            assert_eq!(refusal(&request, &fetched).as_deref(), expected, "{status} {kind}");
        };
        check(200, "text/html; charset=utf-8", None);
        check(200, "Image/PNG", None);
        check(302, "application/pdf", None);
        check(404, "text/html", Some("a.org answered 404"));
        check(200, "application/pdf", Some("a.org sent no page, but a file (application/pdf)"));
    }

    #[tokio::test]
    async fn a_page_gets_no_more_than_it_may() {
        let budget = Budget::default();
        assert!(budget.take(LARGEST).is_ok() && budget.take(1).is_err());
        for _ in 0..MOST {
            assert!(budget.place().await.is_ok());
        }
        assert!(budget.place().await.is_err());
    }

    #[test]
    fn a_body_is_handed_in_without_what_speaks_of_its_form() {
        let headers = [("Content-Encoding", "gzip"), ("Set-Cookie", "a=b"), ("Set-Cookie", "c=d")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let given = fulfilment("7", &Fetched { status: 200, headers, body: b"abc".into() });
        let cookies = json!([
            { "name": "Set-Cookie", "value": "a=b" },
            { "name": "Set-Cookie", "value": "c=d" },
        ]);
        assert_eq!((&given["responseHeaders"], &given["body"]), (&cookies, &json!("YWJj")));
    }
}
