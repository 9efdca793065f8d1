use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::process::Command;

use super::Storage;
use super::server::{Server, script};
use crate::harness::{World, absent, http, missing};

/// Azurite's own account,
/// <https://learn.microsoft.com/azure/storage/common/storage-connect-azurite#well-known-storage-account-and-key>.
const ACCOUNT: &str = "devstoreaccount1";

const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Starts Azurite with a container, none when it cannot be.
async fn azurite() -> Option<Server> {
    let main = script("node_modules/azurite/dist/src/blob/main.js");
    if missing("node") || absent("azurite", main.is_file()) {
        return None;
    }
    let mut command = Command::new("node");
    command.arg(main).args(["--blobHost", "127.0.0.1", "--blobPort", "0"]);
    command.args(["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]);
    let server = Server::start(command, "successfully listens on").await;
    make_container(&server).await;
    Some(server)
}

/// <https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key>
async fn make_container(server: &Server) {
    let date = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&jiff::Timestamp::now())
        .unwrap();
    let version = "2023-11-03";
    let resource = format!("/{ACCOUNT}/{ACCOUNT}/files\nrestype:container");
    let headers = format!("x-ms-date:{date}\nx-ms-version:{version}");
    let signature = signed(&format!("PUT\n\n\n\n\n\n\n\n\n\n\n\n{headers}\n{resource}"));
    let made = http()
        .put(format!("{}/{ACCOUNT}/files?restype=container", server.address()))
        .header("x-ms-date", date)
        .header("x-ms-version", version)
        .header("authorization", format!("SharedKey {ACCOUNT}:{signature}"))
        .header("content-length", "0")
        .send();
    let made = made.await.unwrap();
    assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
}

fn signed(text: &str) -> String {
    let key = BASE64_STANDARD.decode(KEY).unwrap();
    let mut hmac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    hmac.update(text.as_bytes());
    BASE64_STANDARD.encode(hmac.finalize().into_bytes())
}

/// Returns what lets anybody do anything with the account's blobs until 2099,
/// <https://learn.microsoft.com/rest/api/storageservices/create-account-sas>.
fn sas() -> String {
    let (version, expiry) = ("2022-11-02", "2099-01-01T00:00:00Z");
    let text = format!("{ACCOUNT}\nrwdlac\nb\nsco\n\n{expiry}\n\nhttps,http\n{version}\n\n");
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("sv", version),
        ("ss", "b"),
        ("srt", "sco"),
        ("sp", "rwdlac"),
        ("se", expiry),
        ("spr", "https,http"),
        ("sig", &signed(&text)),
    ]);
    query.finish()
}

fn place(server: &Server) -> Value {
    json!({
        "storage_account": ACCOUNT,
        "storage_access_key": KEY,
        "container": "files",
        "endpoint": format!("{}/{ACCOUNT}", server.address()),
    })
}

fn storage(world: &World, place: Value) -> Storage<'_> {
    let members = ["blob", "blob_prefix"];
    Storage { world, service: "azure/blob", place, members, root: "some/".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_to_azure_and_come_from_there() {
    let Some(server) = azurite().await else { return };
    let host = server.host().to_owned();
    let world = World::with(|options| options.allow_hosts = host).await;
    let by_key = storage(&world, place(&server));
    by_key.hold().await;
    let wrong = json!({ "storage_access_key": "YQ==" });
    by_key.both_fail(wrong, "The storage does not accept the credentials.").await;
    by_key.both_fail(json!({ "container": "nowhere" }), "There is no container nowhere.").await;
    let mut by_token = place(&server);
    by_token["storage_access_key"] = Value::Null;
    by_token["sas_token"] = format!("?{}", sas()).into();
    let by_token =
        Storage { service: "azure-blob", root: "other/".to_owned(), ..storage(&world, by_token) };
    by_token.one_file_goes_and_comes().await;
    by_token.several_files_go_and_come().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_a_name_and_who_asks_is_said() {
    let world = World::new().await;
    let place = json!({ "storage_account": "a", "storage_access_key": "YQ==", "container": "b" });
    let storage = storage(&world, place);
    let plain = "The storage account must be letters, digits, dots, hyphens and underscores.";
    let errors = storage.refused(json!({ "storage_account": "a.example.org/" })).await;
    assert_eq!(errors, json!({ "storage_account": [plain] }));
    let either = "The storage access key field is required when no sas token is given.";
    let errors = storage.refused(json!({ "storage_access_key": null })).await;
    assert_eq!(errors, json!({ "storage_access_key": [either] }));
    let private = "The endpoint points to a private address.";
    let errors = storage.refused(json!({ "endpoint": "http://10.0.0.1/a" })).await;
    assert_eq!(errors, json!({ "endpoint": [private] }));
}
