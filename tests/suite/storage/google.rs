use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use super::Storage;
use super::server::{Server, python, script};
use crate::harness::{World, missing};

/// Makes a key and returns it.
async fn key(path: &Path) -> String {
    let mut make = Command::new("ssh-keygen");
    make.args(["-q", "-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", "", "-f"]).arg(path);
    assert!(make.status().await.unwrap().success());
    std::fs::read_to_string(path).unwrap()
}

async fn start(key: &Path) -> Option<Server> {
    let mut command = python("gcp_storage_emulator").await?;
    command.arg(script("gcs.py")).arg(key);
    Some(Server::start(command, "/token").await)
}

fn storage<'a>(world: &'a World, server: &Server, key: &str) -> Storage<'a> {
    let (_, token_uri) = server.line.split_once(' ').unwrap();
    let place: Value = json!({
        "project_id": "project",
        "bucket": "bucket",
        "client_email": "tester@project.iam.gserviceaccount.com",
        "private_key": key,
        "endpoint": server.address(),
        "token_uri": token_uri,
    });
    let (service, members) = ("google-cloud-storage", ["file", "file_prefix"]);
    Storage { world, service, place, members, root: "some/".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_to_google_and_come_from_there() {
    if missing("ssh-keygen") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    let key = key(&path).await;
    let Some(server) = start(&path).await else { return };
    let world = World::with(|options| options.allow_hosts = "127.0.0.1".to_owned()).await;
    let storage = storage(&world, &server, &key);
    // The emulator knows no uploads in parts.
    storage.hold_but_for_large_files().await;
    // Nor does it tell a bucket that is missing from a file that is.
    let nowhere = "There is no file some/notes.txt in the bucket nowhere.";
    storage.both_fail(json!({ "bucket": "nowhere" }), nowhere).await;
    let other = self::key(&directory.path().join("other")).await;
    let unknown = "The storage does not accept the credentials.";
    storage.both_fail(json!({ "private_key": other }), unknown).await;
    let broken = "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n";
    let unusable = "The credentials cannot be used: the request could not be signed.";
    storage.both_fail(json!({ "private_key": broken }), unusable).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_and_what_is_no_key_are_refused() {
    let world = World::new().await;
    let place = json!({
        "project_id": "project",
        "bucket": "bucket",
        "client_email": "tester@project.iam.gserviceaccount.com",
        "private_key": "none",
        "endpoint": "http://127.0.0.1/",
        "token_uri": "http://[::1]/token",
    });
    let (service, members) = ("google-cloud-storage", ["file", "file_prefix"]);
    let storage = Storage { world: &world, service, place, members, root: String::new() };
    let private = |field: &str| json!([format!("The {field} points to a private address.")]);
    let errors = json!({
        "private_key": ["The private key must be a key in PEM."],
        "endpoint": private("endpoint"),
        "token_uri": private("token uri"),
    });
    assert_eq!(storage.refused(json!({})).await, errors);
}
