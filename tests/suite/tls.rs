//! The gateway over TLS, with a certificate that it has made for itself.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;

use crate::harness::{Answer, World, http, task, text, trusting};
use crate::tasks::{export, raw};

async fn secure() -> (World, String, reqwest::Client) {
    let world = World::with(|options| options.tls_port = Some(0)).await;
    let endpoints = &world.stack.endpoints;
    let file = std::fs::read(endpoints.ca.as_ref().unwrap()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&file).unwrap()).unwrap();
    let base = endpoints.tls.clone().unwrap();
    (world, base, trusting(roots))
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_given_out_over_tls_are_https() {
    let (world, base, client) = secure().await;
    assert!(base.starts_with("https://localhost:"), "{base}");
    let key = &world.stack.endpoints.api_key;
    let tasks = json!({ "in": raw("text", "a.txt"), "out": export("in") });
    let post = client.post(format!("{base}/v2/jobs")).json(&json!({ "tasks": tasks }));
    let job = Answer::of(post.bearer_auth(key).send().await.unwrap()).await.data();
    let own = format!("{base}/v2/jobs/{}", text(&job["id"]));
    assert_eq!(job["links"]["self"], own);
    let wait = client.get(format!("{own}/wait")).bearer_auth(key);
    let waited = Answer::of(wait.send().await.unwrap()).await.data();
    let url = text(&task(&waited, "out")["result"]["files"][0]["url"]).to_owned();
    assert!(url.starts_with(&format!("{base}/files/")), "{url}");
    let found = client.get(&url).send().await.unwrap();
    let link = found.headers()["location"].to_str().unwrap();
    assert_eq!(world.http.get(link).send().await.unwrap().text().await.unwrap(), "text");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmodified_clients_path_is_answered_over_tls() {
    let (world, base, client) = secure().await;
    let tasks = json!({ "in": raw("text", "a.txt"), "out": export("in") });
    let post = client.post(format!("{base}/.sync.api.cloudconvert.com/v2/jobs"));
    let post = post.bearer_auth(&world.stack.endpoints.api_key).json(&json!({ "tasks": tasks }));
    let created = post.send().await.unwrap();
    let place = format!("{base}{}", created.headers()["location"].to_str().unwrap());
    let wait = client.get(place).bearer_auth(&world.stack.endpoints.api_key);
    let job = Answer::of(wait.send().await.unwrap()).await.data();
    assert_eq!((job["status"].as_str(), created.status().as_u16()), (Some("finished"), 303));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_trust_the_certificate_gets_no_answer() {
    let (world, base, client) = secure().await;
    assert!(http().get(&base).send().await.unwrap_err().is_connect());
    let by_number = base.replace("localhost", "127.0.0.1");
    assert_eq!(client.get(by_number).send().await.unwrap().status(), 404);
    let plain = base.replace("https", "http");
    assert!(client.get(plain).send().await.is_err());
    assert_eq!(world.get("/jobs/1").await.status, 404);
}
