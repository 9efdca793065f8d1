use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use serde_json::Value;

/// What the service answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("a whole answer") }
    }

    /// Returns the body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Returns what the body wraps.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        assert!((200..400).contains(&self.status), "{} {}", self.status, self.text);
        self.json()["data"].clone()
    }
}

/// Makes a client that follows no redirections and needs no certificates.
pub(crate) fn http() -> reqwest::Client {
    trusting(rustls::RootCertStore::empty())
}

/// Makes a client that follows no redirections and trusts these certificates alone.
pub(crate) fn trusting(roots: rustls::RootCertStore) -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls).redirect(Policy::none());
    client.no_proxy().build().expect("a client")
}

/// Fetches an address as a browser would, which follows the one redirection.
pub(crate) async fn download(http: &reqwest::Client, url: &str) -> Vec<u8> {
    let found = http.get(url).send().await.expect("an answer");
    assert_eq!(found.status(), 302, "{url}");
    let link = found.headers()["location"].to_str().expect("an address").to_owned();
    let file = http.get(link).send().await.expect("an answer");
    assert_eq!(file.status(), 200);
    file.bytes().await.expect("a body").to_vec()
}

/// Makes the body that posts a file to a form.
pub(crate) fn upload(form: &Value, name: &str, bytes: Vec<u8>) -> Form {
    let mut fields = Form::new();
    for (field, value) in form["parameters"].as_object().expect("a form") {
        fields = fields.text(field.clone(), value.as_str().expect("a text").to_owned());
    }
    fields.part("file", Part::bytes(bytes).file_name(name.to_owned()))
}
