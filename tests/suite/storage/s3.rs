use serde_json::{Value, json};
use tokio::process::Command;

use super::Storage;
use super::server::{Server, python};
use crate::harness::{World, http};

/// Starts an S3 server that is not ours, with a bucket.
async fn moto() -> Option<Server> {
    let mut command: Command = python("moto.server").await?;
    command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]);
    let server = Server::start(command, "Running on").await;
    let made = http().put(format!("{}/bucket", server.address())).send().await.unwrap();
    assert_eq!(made.status(), 200);
    Some(server)
}

fn place(endpoint: &str) -> Value {
    json!({
        "bucket": "bucket",
        "region": "us-east-1",
        "endpoint": endpoint,
        "access_key_id": "an id",
        "secret_access_key": "a secret",
        "session_token": "a token",
    })
}

fn storage(world: &World, place: Value) -> Storage<'_> {
    Storage {
        world,
        service: "s3",
        place,
        members: ["key", "key_prefix"],
        root: "some/".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_to_a_service_like_s3_and_come_from_there() {
    let Some(server) = moto().await else { return };
    let host = server.host().to_owned();
    let world = World::with(|options| options.allow_hosts = host).await;
    storage(&world, place(server.address())).hold().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_put_as_the_payload_says() {
    let Some(server) = moto().await else { return };
    let host = server.host().to_owned();
    let world = World::with(|options| options.allow_hosts = host).await;
    let storage = storage(&world, place(server.address()));
    let export = storage.operation(
        "export",
        json!({
            "key": "put.html",
            "acl": "public-read",
            "cache_control": "max-age=60",
            "content_disposition": "inline",
            "content_type": "text/x-own",
            "metadata": { "author": "me" },
            "server_side_encryption": "AES256",
            "tagging": { "a b": "c+d/e" },
        }),
    );
    storage.put(&[("a.html", "<p>")], export).await;
    let at = |query: &str| format!("{}/bucket/put.html{query}", server.address());
    let get = async |url: String| http().get(url).send().await.unwrap();
    let object = get(at("")).await;
    for (name, value) in [
        ("cache-control", "max-age=60"),
        ("content-disposition", "inline"),
        ("content-type", "text/x-own"),
        ("x-amz-meta-author", "me"),
        ("x-amz-server-side-encryption", "AES256"),
    ] {
        assert_eq!(object.headers()[name], value, "{name}");
    }
    let tags = get(at("?tagging")).await.text().await.unwrap();
    assert!(tags.contains("<Key>a b</Key>") && tags.contains("<Value>c+d/e</Value>"), "{tags}");
    let acl = get(at("?acl")).await.text().await.unwrap();
    assert!(acl.contains("AllUsers") && acl.contains("READ"), "{acl}");
    let guessed = json!({ "key": "some/guess.pdf", "acl": "public-read" });
    storage.put(&[("a.html", "<p>")], storage.operation("export", guessed)).await;
    let guessed = get(format!("{}/bucket/some/guess.pdf", server.address())).await;
    assert_eq!(guessed.headers()["content-type"], "application/pdf");
    storage.both_fail(json!({ "bucket": "nowhere" }), "There is no bucket nowhere.").await;
}

/// A stack's own S3 is one for another stack, and knows who asks by the signature.
#[tokio::test(flavor = "multi_thread")]
async fn who_signs_otherwise_is_not_let_in() {
    let other = World::new().await;
    let setting = |name| other.stack.environment.settings.required(name).unwrap().to_owned();
    let endpoint = setting("AWS_ENDPOINT_URL_S3");
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let world = World::with(|options| options.allow_hosts = host).await;
    let place = json!({
        "bucket": setting("RECAST_BUCKET"),
        "region": setting("AWS_REGION"),
        "endpoint": endpoint,
        "access_key_id": setting("AWS_ACCESS_KEY_ID"),
        "secret_access_key": setting("AWS_SECRET_ACCESS_KEY"),
    });
    let storage = storage(&world, place);
    storage.hold().await;
    let unknown = "The storage does not accept the credentials.";
    storage.both_fail(json!({ "secret_access_key": "wrong" }), unknown).await;
    storage.both_fail(json!({ "access_key_id": "wrong" }), unknown).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_without_keys_is_the_owners_to_allow() {
    let own = bucket(&World::new().await);
    let buckets = format!("other,{own}");
    let world = World::with(|options| {
        options.parameters.insert("RoleBuckets".to_owned(), buckets);
    })
    .await;
    let storage = storage(&world, json!({ "bucket": own, "region": "us-east-1" }));
    storage.one_file_goes_and_comes().await;
    storage.several_files_go_and_come().await;
    let required = |field: &str| json!([format!("The {field} field is required.")]);
    let refusal = json!({
        "access_key_id": required("access key id"),
        "secret_access_key": required("secret access key"),
    });
    assert_eq!(storage.refused(json!({ "bucket": "another" })).await, refusal);
    let elsewhere = json!({ "endpoint": "https://s3.example.org" });
    assert_eq!(storage.refused(elsewhere).await, refusal, "the role is AWS's alone to see");
}

fn bucket(world: &World) -> String {
    world.stack.environment.settings.required("RECAST_BUCKET").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused() {
    let world = World::new().await;
    let storage = storage(&world, place("https://s3.example.org"));
    for (endpoint, message) in [
        ("http://127.0.0.1:9000", "The endpoint points to a private address."),
        ("http://169.254.169.254/", "The endpoint points to a private address."),
        ("ftp://example.org/", "The endpoint must begin with http:// or https://."),
    ] {
        let errors = storage.refused(json!({ "endpoint": endpoint })).await;
        assert_eq!(errors, json!({ "endpoint": [message] }));
    }
    let message = "could not resolve nowhere.invalid";
    storage.both_fail(json!({ "endpoint": "http://nowhere.invalid" }), message).await;
}
