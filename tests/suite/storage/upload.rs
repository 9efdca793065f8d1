use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Storage;
use crate::harness::World;

type Seen = Arc<Mutex<Vec<(Method, HeaderMap, Bytes)>>>;

async fn take(
    State(seen): State<Seen>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let denied = headers.get("x-secret").is_none();
    seen.lock().unwrap().push((method, headers, body));
    if denied { StatusCode::FORBIDDEN } else { StatusCode::CREATED }
}

/// Starts what takes files from those who know the secret.
async fn receiver() -> (String, Seen) {
    let seen = Seen::default();
    let router = Router::new().fallback(take).with_state(seen.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (host, seen)
}

fn storage(world: &World, place: Value) -> Storage<'_> {
    Storage { world, service: "upload", place, members: ["file", "path"], root: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_with_its_size_and_headers() {
    let (host, seen) = receiver().await;
    let url = format!("http://{host}/a?signature=1");
    let world = World::with(|options| options.allow_hosts = host).await;
    let storage = storage(&world, json!({ "url": url, "headers": { "X-Secret": "42" } }));
    for (method, content) in [("PUT", "content"), ("POST", "")] {
        let export = storage.operation("export", json!({ "method": method }));
        let exported = storage.put(&[("a.txt", content)], export).await;
        assert_eq!(exported["result"]["files"][0]["size"], content.len());
        let (sent, headers, body) = seen.lock().unwrap().pop().unwrap();
        assert_eq!((sent.as_str(), &body[..]), (method, content.as_bytes()));
        assert_eq!(headers["content-length"], content.len().to_string());
        assert_eq!(headers["x-secret"], "42");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_told() {
    let (host, _) = receiver().await;
    let url = format!("http://{host}/a?signature=1");
    let world = World::with(|options| options.allow_hosts = host).await;
    let storage = storage(&world, json!({ "url": url }));
    let failure = storage.fails(storage.operation("export", json!({}))).await;
    assert_eq!(failure, ("UPLOAD_FAILED".to_owned(), "127.0.0.1 answered 403".to_owned()));
    let raw = |name| json!({ "operation": "import/raw", "file": "a", "filename": name });
    let mut export = storage.operation("export", json!({}));
    export["input"] = json!(["a", "b"]);
    let job = storage.run(json!({ "a": raw("a"), "b": raw("b"), "it": export })).await;
    let message = &crate::harness::task(&job, "it")["message"];
    assert_eq!(message, "One address takes one file, and there are 2.");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused() {
    let world = World::new().await;
    let path = "/export/upload";
    let raw = json!({ "file": "a", "filename": "a" });
    let input = world.send(reqwest::Method::POST, "/import/raw", &[], &raw).await.data();
    let payload = json!({ "input": input["id"], "url": "http://127.0.0.1/", "method": "GET" });
    let answer = world.send(reqwest::Method::POST, path, &[], &payload).await;
    let errors = json!({
        "url": ["The url points to a private address."],
        "method": ["The method must be one of PUT, POST."],
    });
    assert_eq!(answer.json()["errors"], errors);
}
