use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};

const SCOPE: [&str; 4] = ["20260101", "eu-central-1", "s3", "aws4_request"];

/// A form for `uploads/1/${filename}` of at most 9 bytes, good for an hour.
struct Form {
    fields: Vec<(&'static str, String)>,
    /// The headers of the file's part.
    part: String,
    file: String,
}

impl Form {
    fn signed(server: &Server) -> Self {
        let expiration = server.clock.now() + Duration::from_secs(3600);
        let credential = format!("{ACCESS_KEY}/{}", SCOPE.join("/"));
        let policy = STANDARD.encode(format!(
            r#"{{"expiration":"{expiration:.0}","conditions":[{{"bucket":"{BUCKET}"}},
            ["starts-with","$key","uploads/1/"],["content-length-range",1,9],
            {{"success_action_status":"201"}},{{"x-amz-algorithm":"AWS4-HMAC-SHA256"}},
            {{"x-amz-credential":"{credential}"}},{{"x-amz-date":"20260101T000000Z"}}]}}"#
        ));
        let fields = vec![
            ("key", "uploads/1/${filename}".to_owned()),
            ("success_action_status", "201".to_owned()),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", credential),
            ("x-amz-date", "20260101T000000Z".to_owned()),
            ("x-amz-signature", sign(&policy)),
            ("Policy", policy),
        ];
        Self { fields, part: named("input.png"), file: "content".to_owned() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.retain(|(field, _)| *field != name);
        self.fields.push((name, value.to_owned()));
        self
    }

    fn part(self, part: impl Into<String>) -> Self {
        Self { part: part.into(), ..self }
    }

    fn file(self, file: &str) -> Self {
        Self { file: file.to_owned(), ..self }
    }

    async fn post(self, server: &Server) -> String {
        let mut body = String::new();
        for (name, value) in &self.fields {
            // Guzzle gives every part a length.
            let length = value.len();
            body += &format!(
                "--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\
                 Content-Length: {length}\r\n\r\n{value}\r\n"
            );
        }
        body += &format!("--B\r\n{}\r\n\r\n{}\r\n", self.part, self.file);
        body += "--B\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nlate\r\n--B--\r\n";
        let length = body.len();
        let request = format!(
            "POST /{BUCKET} HTTP/1.1\r\nHost: localhost:9000\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        server.send(request).await
    }
}

fn named(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"")
}

fn sign(policy: &str) -> String {
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let secret = format!("AWS4{SECRET_KEY}").into_bytes();
    hex::encode(mac(&SCOPE.iter().fold(secret, |key, part| mac(&key, part)), policy))
}

/// Posts a form that is refused and checks the answer.
async fn check(server: &Server, form: Form, status: u16, code: &str) {
    let answer = form.post(server).await;
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains(&format!("<Code>{code}</Code>")), "{answer}");
    assert_eq!((server.count("objects"), server.count("blobs")), (0, 0), "{answer}");
    assert_eq!(server.events(), []);
}

#[tokio::test]
async fn form_creates_an_object() {
    let server = Server::start().await;
    let answer = Form::signed(&server).post(&server).await;
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    let location = "http://localhost:9000/files/uploads%2F1%2Finput.png";
    let e_tag = "9a0364b9e99bb480dd25e1f0284c8555";
    for part in [
        &format!("location: {location}\r\n"),
        &format!("etag: \"{e_tag}\"\r\n"),
        &format!("<PostResponse><Location>{location}</Location><Bucket>files</Bucket>"),
        &format!("<Key>uploads/1/input.png</Key><ETag>&quot;{e_tag}&quot;</ETag>"),
    ] {
        assert!(answer.contains(part), "no {part} in {answer}");
    }
    let get = server.client().get_object().bucket(BUCKET).key("uploads/1/input.png");
    let object = get.send().await.unwrap();
    assert_eq!(object.content_type(), Some("binary/octet-stream"));
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"content");
    assert_eq!(server.events(), [("ObjectCreated:Post", "uploads/1/input.png".to_owned(), 7)]);
}

#[tokio::test]
async fn file_name_reaches_the_key() {
    let long = "n".repeat(900);
    for (part, key) in [
        (named("in put é.png"), "uploads/1/in put é.png"),
        (
            "Content-Disposition: form-data; name=file;filename=in put é.png".to_owned(),
            "uploads/1/in put é.png",
        ),
        (format!("Content-Type: image/png\r\n{}", named("a;b%22.png")), "uploads/1/a;b%22.png"),
        (named("../../../etc/passwd"), "uploads/1/passwd"),
        (named(".."), "uploads/1/.."),
        (named(""), "uploads/1/"),
        (named(&long), &format!("uploads/1/{long}")),
    ] {
        let server = Server::start().await;
        let answer = Form::signed(&server).part(&part).post(&server).await;
        assert!(answer.starts_with("HTTP/1.1 201"), "{part}: {answer}");
        assert_eq!(server.events(), [("ObjectCreated:Post", key.to_owned(), 7)], "{part}");
        let list = server.client().list_objects_v2().bucket(BUCKET).send().await.unwrap();
        assert_eq!(list.contents()[0].key(), Some(key));
    }
}

#[tokio::test]
async fn form_that_violates_its_policy_is_refused() {
    let server = Server::start().await;
    let form = || Form::signed(&server);
    check(&server, form().with("key", "tasks/1/${filename}"), 403, "AccessDenied").await;
    check(&server, form().with("acl", "private"), 403, "AccessDenied").await;
    check(&server, form().with("success_action_status", "200"), 403, "AccessDenied").await;
    check(&server, form().file("0123456789"), 400, "EntityTooLarge").await;
    check(&server, form().file(&"x".repeat(20_000_000)), 400, "EntityTooLarge").await;
    check(&server, form().file(""), 400, "EntityTooSmall").await;
    check(&server, form().with("x-amz-signature", &"0".repeat(64)), 403, "SignatureDoesNotMatch")
        .await;
    let form = form();
    server.clock.advance(Duration::from_secs(3601));
    check(&server, form, 403, "AccessDenied").await;
}

#[tokio::test]
async fn form_that_is_no_form_is_refused() {
    let server = Server::start().await;
    let form = || Form::signed(&server);
    let unsigned = Form { fields: vec![("key", "uploads/1/a".to_owned())], ..form() };
    check(&server, unsigned, 403, "AccessDenied").await;
    check(&server, Form { fields: vec![], ..form() }, 400, "InvalidArgument").await;
    let other = "Content-Disposition: form-data; name=\"upload\"; filename=\"a\"";
    check(&server, form().part(other), 400, "InvalidArgument").await;
    check(
        &server,
        form().with("x-ignore-me", &"x".repeat(21_000)),
        400,
        "MaxPostPreDataLengthExceededError",
    )
    .await;
    check(&server, form().part(named(&"n".repeat(1024))), 400, "KeyTooLongError").await;
    check(&server, form().with("Policy", "e30="), 403, "SignatureDoesNotMatch").await;
}

#[tokio::test]
async fn browser_is_sent_where_the_form_says() {
    let server = Server::start().await;
    let policy = STANDARD.encode(
        r#"{"expiration":"2099-01-01T00:00:00Z","conditions":[["starts-with","$key",""],
        ["starts-with","$success_action_redirect",""],["starts-with","$x-amz-algorithm",""],
        ["starts-with","$x-amz-credential",""],["starts-with","$x-amz-date",""]]}"#,
    );
    let mut form = Form::signed(&server).with("x-amz-signature", &sign(&policy));
    form = form
        .with("success_action_redirect", "https://app.example/done?a=b")
        .with("Policy", &policy);
    form.fields.retain(|(name, _)| *name != "success_action_status");
    let answer = form.post(&server).await;
    assert!(answer.starts_with("HTTP/1.1 303 See Other\r\n"), "{answer}");
    let query =
        "a=b&bucket=files&key=uploads%2F1%2Finput.png&etag=%229a0364b9e99bb480dd25e1f0284c8555%22";
    assert!(
        answer.contains(&format!("location: https://app.example/done?{query}\r\n")),
        "{answer}"
    );
}
