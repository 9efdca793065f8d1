use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A server whose one file comes when the test lets it: a task that imports it is worked on until then.
pub(crate) struct Gate {
    pub(crate) host: String,
    open: watch::Sender<bool>,
    visits: watch::Receiver<usize>,
}

impl Gate {
    /// Serves a text on this machine that nobody gets yet.
    pub(crate) async fn closed() -> Self {
        let (open, opened) = watch::channel(false);
        let (visit, visits) = watch::channel(0);
        let file = async move || {
            visit.send_modify(|visits| *visits += 1);
            let mut opened = opened.clone();
            drop(opened.wait_for(|open| *open).await);
            "# Hello"
        };
        let router = Router::new().route("/file.md", get(file));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host, open, visits }
    }

    /// Lets everybody have the file.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until so many have come for the file.
    pub(crate) async fn visited(&self, times: usize) {
        let mut visits = self.visits.clone();
        drop(visits.wait_for(|visits| *visits >= times).await);
    }

    /// Returns the payload of a task that imports it.
    pub(crate) fn import(&self) -> Value {
        json!({ "operation": "import/url", "url": format!("http://{}/file.md", self.host) })
    }
}
