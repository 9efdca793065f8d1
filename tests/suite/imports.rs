//! Files are brought in from addresses, and only from those that may be reached.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use recast::stack::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::{World, bytes, task, text};

/// Serves a few files on this machine and returns where.
async fn origin() -> String {
    let secret = async |headers: HeaderMap| match headers
        .get("x-secret")
        .is_some_and(|secret| secret == "42")
    {
        true => (StatusCode::OK, "for your eyes only"),
        false => (StatusCode::FORBIDDEN, "no"),
    };
    let named = async || {
        ([(header::CONTENT_DISPOSITION, "attachment; filename=\"../served.md\"")], "# Served")
    };
    let large = async || vec![7_u8; 20 * 1024 * 1024];
    let router = Router::new()
        .route("/photo.png", get(async || bytes("photo.png")))
        .route("/named", get(named))
        .route("/large.bin", get(large))
        .route("/never", get(async || std::future::pending::<&str>().await))
        .route("/secret.txt", get(secret))
        .route(
            "/inwards",
            get(async || Redirect::temporary("http://127.0.0.2/secret").into_response()),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address.to_string()
}

async fn world(origin: &str) -> World {
    World::with(|options: &mut Options| options.allow_hosts = origin.to_owned()).await
}

async fn import(world: &World, payload: Value) -> Value {
    let created = world.post("/import/url", &payload).await;
    assert_eq!(created.status, 201, "{}", created.text);
    world.ended_task(&created.data()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_fetched_converted_and_given_out() {
    let origin = origin().await;
    let world = world(&origin).await;
    let job = world
        .create(json!({
            "fetch": { "operation": "import/url", "url": format!("http://{origin}/photo.png") },
            "convert": { "operation": "convert", "input": "fetch", "output_format": "jpg" },
            "give": { "operation": "export/url", "input": ["convert"] },
        }))
        .await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished", "{job}");
    let file = &task(&job, "give")["result"]["files"][0];
    assert_eq!(file["filename"], "photo.jpg");
    let jpeg = world.download(text(&file["url"])).await;
    assert_eq!(image::guess_format(&jpeg).unwrap(), image::ImageFormat::Jpeg);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_is_the_payloads_else_the_servers_else_the_addresss() {
    let origin = origin().await;
    let world = world(&origin).await;
    let name = async |path: &str, filename: Value| {
        let payload = json!({ "url": format!("http://{origin}/{path}"), "filename": filename });
        import(&world, payload).await["result"]["files"][0]["filename"].clone()
    };
    assert_eq!(name("named", json!("mine.md")).await, "mine.md");
    assert_eq!(name("named", Value::Null).await, "served.md");
    assert_eq!(name("photo.png?x=1", Value::Null).await, "photo.png");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_larger_than_one_part_comes_whole() {
    let origin = origin().await;
    let world = world(&origin).await;
    let task = import(&world, json!({ "url": format!("http://{origin}/large.bin") })).await;
    assert_eq!(task["result"]["files"][0]["size"], 20 * 1024 * 1024);
    let export = world.post("/export/url", &json!({ "input": task["id"] })).await.data();
    let bytes = world.download(text(&export["result"]["files"][0]["url"])).await;
    assert_eq!(bytes, vec![7_u8; 20 * 1024 * 1024]);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_sent_and_kept_out_of_the_table() {
    let origin = origin().await;
    let world = world(&origin).await;
    let url = format!("http://{origin}/secret.txt");
    let refused = import(&world, json!({ "url": url })).await;
    assert_eq!(
        (refused["status"].clone(), refused["code"].clone()),
        ("error".into(), "DOWNLOAD_FAILED".into())
    );
    assert_eq!(refused["message"], "127.0.0.1 answered 403");
    let given = import(&world, json!({ "url": url, "headers": { "X-Secret": "42" } })).await;
    assert_eq!(given["status"], "finished", "{given}");
    let id = text(&given["id"]).parse().unwrap();
    let row = world.store().task(id).await.unwrap().unwrap();
    assert_eq!(row.payload, domain::Payload::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_fails_with_its_cause() {
    let origin = origin().await;
    let world = world(&origin).await;
    let check = async |path: &str, message: &str| {
        let task = import(&world, json!({ "url": format!("http://{origin}{path}") })).await;
        assert_eq!(
            (task["code"].clone(), task["message"].clone()),
            ("DOWNLOAD_FAILED".into(), message.into())
        );
    };
    check("/missing", "127.0.0.1 answered 404").await;
    check(
        "/inwards",
        "127.0.0.1 redirected to a refused address: The url points to a private address.",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_ends_when_its_time_is_up() {
    let origin = origin().await;
    let world = world(&origin).await;
    let payload = json!({ "url": format!("http://{origin}/never"), "timeout": 30 });
    let task = world.post("/import/url", &payload).await.data();
    let path = format!("/tasks/{}", text(&task["id"]));
    let processing =
        async || (world.get(&path).await.data()["status"] == "processing").then_some(());
    world.until(processing).await;
    world.clock.advance(std::time::Duration::from_secs(31));
    let ended = world.ended_task(&task).await;
    assert_eq!(ended["code"], "TIMEOUT", "{ended}");
}
