//! A page that is open: what is asked of it, and what it does.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::error::BrowserError;
use super::fetch::Fetch;
use super::launch::Messages;
use super::requests::{self, Budget};
use super::seen::Seen;
use super::session::{Message, Session};

/// A page, and the way in which it gets what it asks for.
pub(super) struct Page {
    pub(super) session: Session,
    pub(super) seen: watch::Sender<Seen>,
    pub(super) fetch: Arc<dyn Fetch>,
    pub(super) budget: Budget,
}

impl Page {
    /// Returns a page that is yet to be opened, and what it would have sent to the browser.
    pub(super) fn new(fetch: Arc<dyn Fetch>) -> (Self, UnboundedReceiver<Vec<u8>>) {
        let (session, outgoing) = Session::new();
        let (seen, budget) = (watch::Sender::default(), Budget::default());
        (Self { session, seen, fetch, budget }, outgoing)
    }

    /// Opens it, empty and in a window of this size, and has all come here that it asks for.
    pub(super) async fn open(
        &self,
        (width, height, scale): (u32, u32, f64),
    ) -> Result<(), BrowserError> {
        let call = |method, parameters| self.session.call(method, parameters);
        call("Browser.setDownloadBehavior", json!({ "behavior": "deny" })).await?;
        let target = call("Target.createTarget", json!({ "url": "about:blank" })).await?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = call("Target.attachToTarget", attach).await?;
        self.session.attach(text(&attached["sessionId"]));
        call("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })).await?;
        // A worker between the page and the network would ask by a way of its own.
        call("Network.setBypassServiceWorker", json!({ "bypass": true })).await?;
        call("Page.enable", json!({})).await?;
        let frame = call("Page.getFrameTree", json!({})).await?["frameTree"]["frame"].take();
        self.seen.send_modify(|seen| {
            (seen.frame, seen.blank) = (text(&frame["id"]), text(&frame["loaderId"]));
        });
        call("Page.setLifecycleEventsEnabled", json!({ "enabled": true })).await?;
        let window = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false,
        });
        call("Emulation.setDeviceMetricsOverride", window).await.map(drop)
    }

    /// Hears what the browser says, and answers what the page asks for, until the browser ends.
    pub(super) async fn attend(self: Arc<Self>, mut messages: Messages) {
        let mut answers = JoinSet::new();
        while let Ok(Some(message)) = messages.next().await {
            let Ok(message) = serde_json::from_slice::<Message>(&message) else { return };
            if let Some(Message { method, params, .. }) = self.session.settle(message) {
                self.hear(&method, params, &mut answers);
            }
            while answers.try_join_next().is_some() {}
        }
    }

    /// Returns when the page has taken its process with it: calls about it are not answered any more.
    pub(super) async fn crash(&self) {
        // Who would note it is this page itself.
        let _ = self.seen.subscribe().wait_for(|seen| seen.crashed).await;
    }

    fn hear(self: &Arc<Self>, event: &str, details: Value, answers: &mut JoinSet<()>) {
        match event {
            "Fetch.requestPaused" => {
                if let Ok(paused) = serde_json::from_value(details) {
                    answers.spawn(requests::answer(Arc::clone(self), paused));
                }
            }
            "Page.lifecycleEvent" => self.seen.send_modify(|seen| {
                let [frame, loader, name] = ["frameId", "loaderId", "name"].map(|it| &details[it]);
                seen.reach(&text(frame), &text(loader), &text(name));
            }),
            // It would wait for somebody to close it.
            "Page.javascriptDialogOpening" => {
                self.session.tell("Page.handleJavaScriptDialog", json!({ "accept": false }));
            }
            "Inspector.targetCrashed" => self.seen.send_modify(|seen| seen.crashed = true),
            _ => {}
        }
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
