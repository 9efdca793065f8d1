use std::time::Duration;

use aws_sdk_s3::{
    Client,
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{Delete, MetadataDirective, ObjectIdentifier},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{ACCESS_KEY, BUCKET, SECRET_KEY, Server, code};

async fn put(client: &Client, key: &str, body: &str) -> String {
    let body = ByteStream::from(body.as_bytes().to_vec());
    let put = client.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    put.e_tag().unwrap().to_owned()
}

async fn get(client: &Client, key: &str) -> String {
    let object = client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
    String::from_utf8(object.body.collect().await.unwrap().to_vec()).unwrap()
}

async fn keys(client: &Client, prefix: &str) -> Vec<String> {
    let list = client.list_objects_v2().bucket(BUCKET).prefix(prefix).max_keys(2);
    let pages = list.into_paginator().send().try_collect().await.unwrap();
    let objects = pages.into_iter().flat_map(|page| page.contents.unwrap_or_default());
    objects.map(|object| object.key.unwrap()).collect()
}

#[tokio::test]
async fn object_comes_back_as_it_was_put() {
    let server = Server::start().await;
    let client = server.client();
    let put = client.put_object().bucket(BUCKET).key("tasks/1/ü &+?.txt");
    let put = put.body(ByteStream::from_static(b"hello")).content_type("text/plain");
    put.content_disposition("attachment").metadata("note", "n").send().await.unwrap();
    let object = client.get_object().bucket(BUCKET).key("tasks/1/ü &+?.txt").send().await.unwrap();
    assert_eq!(object.content_type(), Some("text/plain"));
    assert_eq!(object.content_disposition(), Some("attachment"));
    assert_eq!(object.metadata().unwrap()["note"], "n");
    assert_eq!(object.e_tag(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    assert_eq!(object.content_length(), Some(5));
    let modified = object.last_modified().unwrap().secs();
    assert!((modified - server.clock.now().as_second()).abs() < 60, "{modified}");
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"hello");
    let head = client.head_object().bucket(BUCKET).key("tasks/1/ü &+?.txt").send().await.unwrap();
    assert_eq!((head.content_length(), head.content_type()), (Some(5), Some("text/plain")));
}

#[tokio::test]
async fn ranges_are_served() {
    let server = Server::start().await;
    let client = server.client();
    put(&client, "a", "0123456789").await;
    for (range, part, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-99", "56789", "bytes 5-9/10"),
    ] {
        let get = client.get_object().bucket(BUCKET).key("a").range(range).send().await.unwrap();
        assert_eq!(get.content_range(), Some(content_range));
        assert_eq!(get.body.collect().await.unwrap().to_vec(), part.as_bytes());
    }
    let beyond = client.get_object().bucket(BUCKET).key("a").range("bytes=10-").send().await;
    assert_eq!(code(beyond), "416 InvalidRange");
}

#[tokio::test]
async fn preconditions_hold() {
    let server = Server::start().await;
    let client = server.client();
    let first = put(&client, "a", "one").await;
    let get = || client.get_object().bucket(BUCKET).key("a");
    assert!(get().if_match(&first).send().await.is_ok());
    assert_eq!(code(get().if_none_match(&first).send().await), "304");
    let put_if = |key| client.put_object().bucket(BUCKET).key(key);
    assert_eq!(code(put_if("a").if_none_match("*").send().await), "412 PreconditionFailed");
    assert!(put_if("b").if_none_match("*").send().await.is_ok());
    assert_eq!(code(put_if("c").if_match(&first).send().await), "404 NoSuchKey");
    let second = put(&client, "a", "two").await;
    assert_eq!(code(get().if_match(&first).send().await), "412 PreconditionFailed");
    assert_eq!(code(put_if("a").if_match(&first).send().await), "412 PreconditionFailed");
    let head = client.head_object().bucket(BUCKET).key("a").if_match(&first).send().await;
    assert!(code(head).starts_with("412"));
    assert!(put_if("a").if_match(&second).send().await.is_ok());
}

#[tokio::test]
async fn one_of_many_racing_puts_creates_the_object() {
    let server = Server::start().await;
    let client = server.client();
    let racers =
        (0..20).map(|_| client.put_object().bucket(BUCKET).key("a").if_none_match("*").send());
    let results = futures::future::join_all(racers).await;
    assert_eq!(results.into_iter().filter(Result::is_ok).count(), 1);
}

#[tokio::test]
async fn keys_are_listed_in_their_order_by_prefix_and_page() {
    let server = Server::start().await;
    let client = server.client();
    for key in ["b", "a/2", "a/10", "a", "a/é", "a/1", "a/", "a0"] {
        put(&client, key, "x").await;
    }
    assert_eq!(keys(&client, "a/").await, ["a/", "a/1", "a/10", "a/2", "a/é"]);
    assert_eq!(keys(&client, "").await.len(), 8);
    assert_eq!(keys(&client, "c").await, [""; 0]);
    let list = client.list_objects_v2().bucket(BUCKET).start_after("a0").send().await.unwrap();
    let [object] = list.contents() else { panic!("{list:?}") };
    assert_eq!((object.key(), object.size()), (Some("b"), Some(1)));
    assert_eq!(object.e_tag(), Some("\"9dd4e461268c8034f5c8564e155c67a6\""));
    let grouped = client.list_objects_v2().bucket(BUCKET).delimiter("/").send().await;
    assert_eq!(code(grouped), "501 NotImplemented");
}

#[tokio::test]
async fn deleted_objects_are_gone() {
    let server = Server::start().await;
    let client = server.client();
    for key in ["a", "b", "c", "d"] {
        put(&client, key, "x").await;
    }
    for key in ["a", "a", "unknown"] {
        client.delete_object().bucket(BUCKET).key(key).send().await.unwrap();
    }
    let name = |key| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().objects(name("b")).objects(name("c")).objects(name("unknown"));
    let delete = client.delete_objects().bucket(BUCKET).delete(delete.build().unwrap());
    assert_eq!(delete.send().await.unwrap().deleted().len(), 3);
    assert_eq!(keys(&client, "").await, ["d"]);
    assert_eq!((server.count("objects"), server.count("blobs")), (1, 1));
    let get = client.get_object().bucket(BUCKET).key("a").send().await;
    assert_eq!(code(get), "404 NoSuchKey");
}

#[tokio::test]
async fn copy_is_an_object_of_its_own() {
    let server = Server::start().await;
    let client = server.client();
    let e_tag = put(&client, "tasks/1/ü", "hello").await;
    let copy = |key| client.copy_object().bucket(BUCKET).key(key);
    let source = "files/tasks/1/%C3%BC";
    copy("uploads/2").copy_source(source).copy_source_if_match(&e_tag).send().await.unwrap();
    copy("uploads/2").copy_source("files/uploads/2").send().await.unwrap();
    let replace = copy("tasks/3").copy_source(source).content_type("text/plain");
    replace.metadata_directive(MetadataDirective::Replace).send().await.unwrap();
    let stale = copy("tasks/4").copy_source(source).copy_source_if_match("\"0\"").send().await;
    assert_eq!(code(stale), "412 PreconditionFailed");
    client.delete_object().bucket(BUCKET).key("tasks/1/ü").send().await.unwrap();
    assert_eq!(get(&client, "uploads/2").await, "hello");
    let replaced = client.head_object().bucket(BUCKET).key("tasks/3").send().await.unwrap();
    assert_eq!((replaced.e_tag(), replaced.content_type()), (Some(&*e_tag), Some("text/plain")));
    let event = ("ObjectCreated:Copy", "uploads/2".to_owned(), 5);
    assert_eq!(server.events(), [event.clone(), event]);
}

#[tokio::test]
async fn reader_keeps_the_object_it_opened() {
    let server = Server::start().await;
    let client = server.client();
    let old = "old".repeat(1_000_000);
    put(&client, "a", &old).await;
    let reading = client.get_object().bucket(BUCKET).key("a").send().await.unwrap();
    put(&client, "a", "new").await;
    assert_eq!(reading.body.collect().await.unwrap().to_vec(), old.as_bytes());
    assert_eq!(get(&client, "a").await, "new");
    assert_eq!(server.count("blobs"), 1);
}

#[tokio::test]
async fn objects_outlive_the_server_and_leftovers_do_not() {
    let server = Server::start().await;
    let long = format!("uploads/1/{}", "é".repeat(500));
    let e_tag = put(&server.client(), &long, "kept").await;
    let root = server.stop().await;
    std::fs::write(root.path().join("blobs/77"), "half an upload").unwrap();
    std::fs::write(root.path().join("objects/77.part"), "half a record").unwrap();
    let server = Server::start_in(root).await;
    let client = server.client();
    assert_eq!(get(&client, &long).await, "kept");
    assert_eq!(put(&client, "b", "kept").await, e_tag);
    assert_eq!(get(&client, &long).await, "kept");
    assert_eq!((server.count("objects"), server.count("blobs")), (2, 2));
}

#[tokio::test]
async fn upload_that_breaks_off_leaves_nothing() {
    let server = Server::start().await;
    put(&server.client(), "a", "whole").await;
    let presigned = server.client().put_object().bucket(BUCKET).key("a");
    let hour = PresigningConfig::expires_in(Duration::from_secs(3600)).unwrap();
    let presigned = presigned.presigned(hour).await.unwrap();
    let path = presigned.uri().split_once(BUCKET).unwrap().1;
    let host = server.address;
    let head = format!("PUT /{BUCKET}{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\n");
    let mut connection = TcpStream::connect(host).await.unwrap();
    connection.write_all(format!("{head}half").as_bytes()).await.unwrap();
    connection.shutdown().await.unwrap();
    let mut answer = String::new();
    let _ = connection.read_to_string(&mut answer).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    assert_eq!(get(&server.client(), "a").await, "whole");
    assert_eq!(server.count("blobs"), 1);
}

#[tokio::test]
async fn only_the_key_that_was_given_may_sign() {
    let server = Server::start().await;
    put(&server.client(), "a", "x").await;
    let get =
        |client: Client| async move { client.get_object().bucket(BUCKET).key("a").send().await };
    assert_eq!(
        code(get(server.client_with(ACCESS_KEY, "wrong")).await),
        "403 SignatureDoesNotMatch"
    );
    assert_eq!(
        code(get(server.client_with("AKIDOTHER", SECRET_KEY)).await),
        "403 InvalidAccessKeyId"
    );
    let anonymous = format!("GET /{BUCKET}/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    let answer = server.send(anonymous).await;
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("AccessDenied"), "{answer}");
    let other = server.client().get_object().bucket("others").key("a").send().await;
    assert_eq!(code(other), "404 NoSuchBucket");
    let unknown = server.client().list_buckets().send().await;
    assert_eq!(code(unknown), "501 NotImplemented");
}

#[tokio::test]
async fn presigned_url_is_its_own_key() {
    let server = Server::start().await;
    put(&server.client(), "tasks/1/a b", "x").await;
    let get = server.client().get_object().bucket(BUCKET).key("tasks/1/a b");
    let get = get.response_content_disposition("attachment; filename=\"c.txt\"");
    let hour = PresigningConfig::expires_in(Duration::from_secs(3600)).unwrap();
    let presigned = get.presigned(hour).await.unwrap();
    let (_, path) = presigned.uri().split_once(BUCKET).unwrap();
    let request = |path: &str| {
        let host = server.address;
        format!("GET /{BUCKET}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    };
    let answer = server.send(request(path)).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\nx"), "{answer}");
    assert!(answer.contains("content-disposition: attachment; filename=\"c.txt\""), "{answer}");
    let answer = server.send(request(&path.replace("tasks/1", "tasks/2"))).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn corrupted_body_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    let put = || client.put_object().bucket(BUCKET).key("a").body(ByteStream::from_static(b"x"));
    let wrong = put().checksum_crc32("AAAAAA==").send().await;
    assert_eq!(code(wrong), "400 BadDigest");
    let wrong = put().content_md5("XUFAKrxLKna5cZ2REBfFkg==").send().await;
    assert_eq!(code(wrong), "400 BadDigest");
    assert_eq!((server.count("objects"), server.count("blobs")), (0, 0));
}

#[tokio::test]
async fn streamed_body_with_a_trailer_is_stored() {
    let server = Server::start().await;
    let path = server.root.path().join("input");
    std::fs::write(&path, "streamed".repeat(100_000)).unwrap();
    let body = ByteStream::from_path(&path).await.unwrap();
    let client = server.client();
    client.put_object().bucket(BUCKET).key("uploads/a").body(body).send().await.unwrap();
    assert_eq!(get(&client, "uploads/a").await.len(), 800_000);
    assert_eq!(server.events(), [("ObjectCreated:Put", "uploads/a".to_owned(), 800_000)]);
}

#[tokio::test]
async fn connections_end_with_the_server() {
    let server = Server::start().await;
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    connection.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 403");
    server.stop().await;
    connection.read_to_end(&mut Vec::new()).await.unwrap();
}
