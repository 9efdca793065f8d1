use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;

/// A server that webhooks lead to: it keeps what comes, and answers 200 unless it is told otherwise.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) host: String,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    messages: Vec<Message>,
    answers: VecDeque<u16>,
    always: Option<u16>,
}

/// What has come.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Receiver {
    /// Listens on this machine.
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let receiver = Self { host, kept: Arc::default() };
        let router = Router::new().fallback(keep).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// Returns the address of one of its paths.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// Has the next messages answered so, one after the other.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.kept.lock().unwrap().answers.extend(statuses);
    }

    /// Has every message answered so.
    pub(crate) fn always(&self, status: u16) {
        self.kept.lock().unwrap().always = Some(status);
    }

    /// Returns what has come so far.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.kept.lock().unwrap().messages.clone()
    }
}

async fn keep(
    State(receiver): State<Receiver>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<String> {
    let mut kept = receiver.kept.lock().unwrap();
    kept.messages.push(Message { path: uri.path().to_owned(), headers, body });
    let status = kept.answers.pop_front().or(kept.always).unwrap_or(200);
    let mut answer = Response::new("thank you".to_owned());
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    if answer.status().is_redirection() {
        let elsewhere = receiver.url("/elsewhere").parse().expect("a header");
        answer.headers_mut().insert("location", elsewhere);
    }
    answer
}

impl Message {
    /// Returns a header as text.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("{name} in {self:?}"));
        value.to_str().expect("a text")
    }

    /// Returns the body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Checks both signatures as a receiver does, and returns the id of the message.
    #[track_caller]
    pub(crate) fn verify(&self, secret: &str) -> String {
        let signed = hex::encode(hmac(secret.as_bytes(), &self.body));
        assert_eq!(self.header("cloudconvert-signature"), signed);
        let (id, time) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let content = [format!("{id}.{time}.").as_bytes(), &self.body].concat();
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = format!("v1,{}", BASE64_STANDARD.encode(hmac(&key, &content)));
        assert_eq!(self.header("webhook-signature"), signed);
        assert_eq!(self.header("content-type"), "application/json");
        assert!(self.header("user-agent").starts_with("recast/"));
        id.to_owned()
    }
}

fn hmac(key: &[u8], content: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
    mac.update(content);
    mac.finalize().into_bytes().to_vec()
}
