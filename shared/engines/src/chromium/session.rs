//! Calls of Chromium's DevTools protocol (<https://chromedevtools.github.io/devtools-protocol>), and their replies.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use super::error::BrowserError;

/// What is being asked of a browser.
pub(super) struct Session {
    outgoing: UnboundedSender<Vec<u8>>,
    calls: Mutex<Calls>,
    /// The page that calls are about, once there is one.
    page: OnceLock<String>,
}

#[derive(Default)]
struct Calls {
    last: u64,
    waiting: HashMap<u64, oneshot::Sender<Result<Value, BrowserError>>>,
}

/// A reply, or an event if it has no number.
#[derive(Deserialize)]
pub(super) struct Message {
    id: Option<u64>,
    #[serde(default)]
    result: Value,
    error: Option<Complaint>,
    /// What has happened.
    #[serde(default)]
    pub(super) method: String,
    /// More of it.
    #[serde(default)]
    pub(super) params: Value,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
}

impl Session {
    /// Returns a session, and what it would have sent.
    pub(super) fn new() -> (Self, UnboundedReceiver<Vec<u8>>) {
        let (outgoing, sent) = mpsc::unbounded_channel();
        (Self { outgoing, calls: Mutex::default(), page: OnceLock::new() }, sent)
    }

    /// Has further calls be about a page, by the number of its own session.
    pub(super) fn attach(&self, page: String) {
        self.page.get_or_init(|| page);
    }

    /// Calls a method and returns its result.
    ///
    /// # Errors
    ///
    /// When the browser refuses, or is not there any more.
    pub(super) async fn call(
        &self,
        method: &str,
        parameters: Value,
    ) -> Result<Value, BrowserError> {
        let (sender, reply) = oneshot::channel();
        let id = self.calls().expect(Some(sender));
        self.send(id, method, parameters);
        reply.await.unwrap_or(Err(BrowserError::Ended))
    }

    /// Calls a method whose result nobody waits for.
    pub(super) fn tell(&self, method: &str, parameters: Value) {
        let id = self.calls().expect(None);
        self.send(id, method, parameters);
    }

    /// Hands a reply to who waits for it, and returns anything else.
    pub(super) fn settle(&self, message: Message) -> Option<Message> {
        let Some(id) = message.id else { return Some(message) };
        let waiting = self.calls().waiting.remove(&id);
        let refused = |complaint: Complaint| Err(BrowserError::Refused(complaint.message));
        let reply = message.error.map_or(Ok(message.result), refused);
        // Who waited may have given up.
        let _ = waiting.map(|waiting| waiting.send(reply));
        None
    }

    fn send(&self, id: u64, method: &str, parameters: Value) {
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(page) = self.page.get() {
            message["sessionId"] = page.as_str().into();
        }
        // Who would write it is gone only when nobody waits for the page any more.
        let _ = self.outgoing.send(message.to_string().into_bytes());
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn expect(&mut self, reply: Option<oneshot::Sender<Result<Value, BrowserError>>>) -> u64 {
        self.last += 1;
        reply.and_then(|reply| self.waiting.insert(self.last, reply));
        self.last
    }
}
