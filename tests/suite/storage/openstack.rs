//! Swift is OpenStack's own; of Keystone there are the two calls that lead to it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::Storage;
use super::server::{Server, python, script};
use crate::harness::{World, http};

/// Who may do what, and where.
#[derive(Clone)]
struct Account {
    token: String,
    storage: String,
}

/// Starts Swift with a container.
async fn swift() -> Option<(Server, TempDir, Account)> {
    let directory = tempfile::tempdir().unwrap();
    let mut command = python("swift.common").await?;
    command.args(["-W", "ignore"]).arg(script("openstack.py")).arg(directory.path());
    let server = Server::start(command, "/auth/v1.0").await;
    let request = http().get(server.address()).header("x-auth-user", "test:tester");
    let granted = request.header("x-auth-key", "testing").send().await.unwrap();
    let header = |name: &str| granted.headers()[name].to_str().unwrap().to_owned();
    let account = Account { token: header("x-auth-token"), storage: header("x-storage-url") };
    let make = http().put(format!("{}/files", account.storage));
    let made = make.header("x-auth-token", &account.token).header("content-length", "0").send();
    assert_eq!(made.await.unwrap().status(), 201);
    Some((server, directory, account))
}

/// <https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization>
async fn grant(State(account): State<Account>, Json(body): Json<Value>) -> Response {
    let user = &body["auth"]["identity"]["password"]["user"];
    let known = json!({ "name": "me", "password": "testing", "domain": { "name": "Default" } });
    if *user != known {
        return (StatusCode::UNAUTHORIZED, "{}").into_response();
    }
    let project = &body["auth"]["scope"]["project"];
    let scoped = project["id"] == "7" || project["name"] == "own";
    let endpoint = json!({ "interface": "public", "region": "GRA", "url": account.storage });
    let inner = json!({ "interface": "internal", "region": "GRA", "url": "http://10.0.0.1/" });
    let catalog = json!([
        { "type": "compute", "endpoints": [] },
        { "type": "object-store", "endpoints": [inner, endpoint] },
    ]);
    let token = if scoped { json!({ "catalog": catalog }) } else { json!({}) };
    let headers = [("x-subject-token", account.token)];
    (StatusCode::CREATED, headers, Json(json!({ "token": token }))).into_response()
}

async fn projects(State(account): State<Account>, headers: HeaderMap) -> Response {
    match headers["x-auth-token"] == account.token.as_str() {
        true => Json(json!({ "projects": [{ "id": "7", "name": "own" }] })).into_response(),
        false => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// Starts the two calls of Keystone and returns where.
async fn keystone(account: Account) -> String {
    let router = Router::new()
        .route("/identity/v3/auth/tokens", post(grant))
        .route("/identity/v3/auth/projects", get(projects))
        .with_state(account);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{host}/identity")
}

fn place(auth_url: &str, username: &str) -> Value {
    json!({
        "auth_url": auth_url,
        "username": username,
        "password": "testing",
        "region": "GRA",
        "container": "files",
    })
}

fn storage(world: &World, place: Value) -> Storage<'_> {
    let members = ["file", "file_prefix"];
    Storage { world, service: "openstack", place, members, root: "some/".to_owned() }
}

const UNKNOWN: &str = "The authentication service does not accept the credentials.";

#[tokio::test(flavor = "multi_thread")]
async fn files_go_to_swift_and_come_from_there() {
    let Some((server, _directory, _)) = swift().await else { return };
    let world = World::with(|options| options.allow_hosts = "127.0.0.1".to_owned()).await;
    let storage = storage(&world, place(server.address(), "test:tester"));
    storage.hold().await;
    storage.both_fail(json!({ "password": "wrong" }), UNKNOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keystone_says_where_the_files_go() {
    let Some((_server, _directory, account)) = swift().await else { return };
    let auth_url = keystone(account).await;
    let world = World::with(|options| options.allow_hosts = "127.0.0.1".to_owned()).await;
    for (address, project) in [("", Value::Null), ("/v3/", json!("own"))] {
        let mut place = place(&format!("{auth_url}{address}"), "me");
        place["project"] = project;
        storage(&world, place).one_file_goes_and_comes().await;
    }
    let storage = storage(&world, place(&auth_url, "me"));
    storage.both_fail(json!({ "password": "wrong" }), UNKNOWN).await;
    let nowhere = "There is no object storage in the region BHS.";
    storage.both_fail(json!({ "region": "BHS" }), nowhere).await;
}

/// What Keystone says is as much a stranger's word as what the user says.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_storage_is_refused_whoever_names_it() {
    let account = Account { token: "a".to_owned(), storage: "http://10.0.0.1/v1/a".to_owned() };
    let auth_url = keystone(account).await;
    let world = World::with(|options| options.allow_hosts = "127.0.0.1".to_owned()).await;
    let refused = storage(&world, place(&auth_url, "me"));
    refused.both_fail(json!({}), "The url points to a private address.").await;
    let world = World::new().await;
    let errors = storage(&world, place(&auth_url, "me")).refused(json!({})).await;
    assert_eq!(errors, json!({ "auth_url": ["The auth url points to a private address."] }));
}
