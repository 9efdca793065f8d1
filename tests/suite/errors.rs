//! What requests are answered that cannot be answered as asked, and the shape of those that can.

use domain::OwnerId;
use reqwest::Method;
use serde_json::{Value, json};
use store::{ApiKey, Scope};

use crate::harness::{Answer, World, task, text};
use crate::tasks::{awaited, convert, end, export, raw, single};

/// Sends a request as it is, with a key or without.
async fn send(world: &World, request: (Method, &str), key: Option<&str>, body: &str) -> Answer {
    let (method, path) = request;
    let url = format!("{}{path}", world.stack.endpoints.api);
    let request = world.http.request(method, url).body(body.to_owned());
    let request = match key {
        Some(key) => request.bearer_auth(key),
        None => request,
    };
    Answer::of(request.send().await.unwrap()).await
}

/// Makes a key and returns it.
async fn key(world: &World, owner: &str, scopes: &[Scope]) -> String {
    let secret = format!("key of {owner}").replace(' ', "-");
    let owner = OwnerId::parse(owner).unwrap();
    let key = ApiKey { owner, scopes: scopes.to_vec() };
    world.store().put_api_key(&secret, &key).await.unwrap();
    secret
}

/// Writes an answer down without what differs from run to run.
fn tidy(world: &World, answer: &Answer) -> String {
    let mut body = answer.json();
    let api = world.stack.endpoints.api.trim_end_matches("/v2").to_owned();
    let bucket = world.stack.environment.settings.required("AWS_ENDPOINT_URL_S3").unwrap();
    let group = body["data"]["id"].as_str().unwrap_or("-").to_owned();
    let group = &group[..group.len().min(32)];
    redact(&mut body, &[(&api, "<api>"), (bucket, "<bucket>"), (group, "<group>-")]);
    format!("{} {:#}", answer.status, body)
}

fn redact(value: &mut Value, known: &[(&str, &str)]) {
    match value {
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, value)| match name.as_str() {
                "X-Amz-Credential" | "X-Amz-Date" | "X-Amz-Signature" | "Policy" => {
                    *value = json!(format!("<{}>", name.to_lowercase()));
                }
                name if name.ends_with("_at") && value.is_string() => *value = json!("<time>"),
                _ => redact(value, known),
            })
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact(value, known)),
        Value::String(text) => {
            for (from, to) in known {
                *text = text.replace(from, to);
            }
            let secret =
                |part: &str| part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit());
            let parts = text.split('/').map(|part| if secret(part) { "<secret>" } else { part });
            *text = parts.collect::<Vec<_>>().join("/");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_shown_as_the_api_does() {
    let world = World::new().await;
    let tasks = json!({ "in": awaited(), "out": export("in") });
    let created = world.post("/jobs", &json!({ "tasks": tasks, "tag": "mine" })).await;
    insta::assert_snapshot!(tidy(&world, &created), @"");
    let job = created.data();
    assert_eq!(world.upload(task(&job, "in"), "a b.txt", b"text".to_vec()).await, 201);
    world.ended(&job).await;
    let ended = world.get(&format!("/jobs/{}", text(&job["id"]))).await;
    insta::assert_snapshot!(tidy(&world, &ended), @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_shown_as_the_api_does() {
    let world = World::new().await;
    let created =
        world.post("/import/upload", &json!({ "redirect": "https://example.org/" })).await;
    let shown = world.get(&format!("/tasks/{}", text(&created.data()["id"]))).await;
    assert_eq!((created.status, shown.status), (201, 200));
    insta::assert_snapshot!(tidy(&world, &shown), @"");
    let import = single(&world, raw("no picture", "a.png")).await;
    let failed =
        world.ended_task(&single(&world, convert(import["id"].clone(), "webp")).await).await;
    assert_eq!(end(&failed), ["error", "INVALID_FILE", "Not a png: looks like text"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_that_is_known_everything_is_401() {
    let world = World::new().await;
    let id = "0199aaaa-0000-7000-8000-000000000001";
    let routes = [
        (Method::POST, "/jobs".to_owned()),
        (Method::POST, "/import/upload".to_owned()),
        (Method::GET, format!("/jobs/{}", id.replace("0001", "0000"))),
        (Method::GET, format!("/jobs/{}/wait", id.replace("0001", "0000"))),
        (Method::GET, format!("/tasks/{id}")),
        (Method::GET, format!("/tasks/{id}/wait")),
        (Method::GET, "/tasks/malformed".to_owned()),
    ];
    for (method, path) in routes {
        for key in [None, Some("wrong"), Some("")] {
            let answer = send(&world, (method.clone(), &path), key, "{").await;
            let body = r#"{"message":"Unauthenticated.","code":"UNAUTHENTICATED"}"#;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (401, body),
                "{method} {path} {key:?}"
            );
            assert_eq!(answer.headers["content-type"], "application/json");
        }
    }
    assert!(world.rows().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_its_scopes_say() {
    let world = World::new().await;
    let reader = key(&world, "reader", &[Scope::TaskRead]).await;
    let writer = key(&world, "writer", &[Scope::TaskWrite]).await;
    let body = r#"{"message":"Invalid scope(s) provided.","code":"FORBIDDEN"}"#;
    for path in ["/jobs", "/import/upload"] {
        let answer = send(&world, (Method::POST, path), Some(&reader), "").await;
        assert_eq!((answer.status, answer.text.as_str()), (403, body), "{path}");
    }
    let created = send(&world, (Method::POST, "/import/upload"), Some(&writer), "").await;
    let path = format!("/tasks/{}", text(&created.data()["id"]));
    let answer = send(&world, (Method::GET, &path), Some(&writer), "").await;
    assert_eq!((answer.status, answer.text.as_str()), (403, body));
    assert_eq!(send(&world, (Method::GET, &path), Some(&reader), "").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_404_for_whatever_reason() {
    let world = World::new().await;
    let other = key(&world, "other", &[Scope::TaskRead, Scope::TaskWrite]).await;
    let job = json!({ "tasks": { "in": awaited() } }).to_string();
    let theirs = send(&world, (Method::POST, "/jobs"), Some(&other), &job).await.data();
    let (job, task) = (text(&theirs["id"]), text(&theirs["tasks"][0]["id"]));
    let absent = "0199aaaa-0000-7000-8000-00000000";
    let paths = [
        format!("/jobs/{job}"),
        format!("/jobs/{absent}0000"),
        "/jobs/malformed".to_owned(),
        format!("/jobs/{task}"),
        format!("/jobs/{job}/wait"),
        format!("/tasks/{task}"),
        format!("/tasks/{task}/wait"),
        format!("/tasks/{absent}0001"),
        format!("/tasks/{job}"),
        "/tasks/1".to_owned(),
        "/tasks/%00".to_owned(),
    ];
    let body = r#"{"message":"The requested resource was not found.","code":"NOT_FOUND"}"#;
    for path in paths {
        let answer = world.get(&path).await;
        assert_eq!((answer.status, answer.text.as_str()), (404, body), "{path}");
    }
    let inputs = json!({ "input": [task, format!("{absent}0001"), "malformed"] });
    let answer = world.post("/export/url", &inputs).await;
    let unknown = |id: &str| format!("The input {id} is no task of yours.");
    let told = [task, &format!("{absent}0001"), "malformed"].map(unknown);
    assert_eq!(answer.json()["errors"], json!({ "input": told }));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_owners_task_is_looked_for_as_long_as_one_that_never_was() {
    let world = World::new().await;
    let other = key(&world, "other", &[Scope::TaskRead, Scope::TaskWrite]).await;
    let theirs = send(&world, (Method::POST, "/import/upload"), Some(&other), "").await.data();
    let absent = "0199aaaa-0000-7000-8000-000000000001";
    world.get(&format!("/tasks/{absent}")).await;
    let mut calls = Vec::new();
    for id in [text(&theirs["id"]), absent] {
        world.wire.reset();
        world.get(&format!("/tasks/{id}")).await;
        calls.push(world.wire.calls());
    }
    assert_eq!(calls, [["GetItem"], ["GetItem"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_route_is_the_gateways_404() {
    let world = World::new().await;
    for (method, path) in [(Method::GET, "/nothing"), (Method::PUT, "/jobs"), (Method::GET, "")] {
        let answer = send(&world, (method, path), Some(&world.stack.endpoints.api_key), "").await;
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({ "message": "Not Found" })),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_job_is_said_at_once() {
    let world = World::new().await;
    let answer = world
        .post(
            "/jobs",
            &json!({
                "tag": 7,
                "tasks": {
                    "bad name!": { "operation": "import/upload" },
                    "text": "convert",
                    "none": {},
                    "unknown": { "operation": "import/telepathy" },
                    "private": { "operation": "import/url", "url": "http://127.0.0.1/" },
                    "spelled": { "operation": "import/url", "url": "http://0x7f.1/" },
                    "scheme": { "operation": "import/url", "url": "file:///etc/passwd" },
                    "base64": { "operation": "import/base64", "file": "~~~", "filename": ".." },
                    "raw": { "operation": "import/raw" },
                    "pair": { "operation": "convert", "input": "raw", "input_format": "md", "output_format": "png" },
                    "format": { "operation": "convert", "input": "raw", "output_format": "nothing" },
                    "types": { "operation": "convert", "input": 7, "output_format": true, "timeout": "soon", "ignore_error": "no" },
                    "lonely": { "operation": "export/url", "inline": "perhaps" },
                },
            }),
        )
        .await;
    insta::assert_snapshot!(tidy(&world, &answer), @"");
    assert_eq!(world.rows().await.len() + world.objects().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_must_be_tasks_of_the_job_and_come_to_an_end() {
    let world = World::new().await;
    let answer = world
        .post(
            "/jobs",
            &json!({ "tasks": {
                "in": awaited(),
                "a": convert("b", "png"),
                "b": convert(json!(["in", "a"]), "png"),
                "own": convert("own", "png"),
                "lost": export(json!(["in", "nobody", "a b"])),
            } }),
        )
        .await;
    insta::assert_snapshot!(tidy(&world, &answer), @"");
    let tasks = json!({ "a": convert("b", "png"), "b": convert("a", "png") });
    let answer = world.post("/jobs", &json!({ "tasks": tasks })).await;
    let told = json!(["The inputs form a cycle."]);
    assert_eq!(answer.json()["errors"], json!({ "tasks.a.input": told, "tasks.b.input": told }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_needs_tasks() {
    let world = World::new().await;
    let required = "The tasks field is required.";
    let object = "The tasks must be an object of named tasks.";
    let cases = [
        (json!({}), required),
        (json!({ "tasks": null }), required),
        (json!({ "tasks": {} }), required),
        (json!({ "tasks": [] }), required),
        (json!([]), required),
        (json!({ "tasks": [{}] }), object),
        (json!({ "tasks": "import" }), object),
    ];
    for (body, told) in cases {
        let answer = world.post("/jobs", &body).await;
        assert_eq!(
            (answer.status, &answer.json()["errors"]),
            (422, &json!({ "tasks": [told] })),
            "{body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_tasks_errors_bear_the_plain_names_of_its_fields() {
    let world = World::new().await;
    let check = async |operation: &str, payload: Value, errors: Value| {
        let answer = world.post(operation, &payload).await;
        assert_eq!(
            (answer.status, &answer.json()["errors"]),
            (422, &errors),
            "{operation} {payload}"
        );
        assert_eq!(answer.json()["code"], "INVALID_DATA");
    };
    let required = |field: &str| json!([format!("The {field} field is required.")]);
    check(
        "/import/base64",
        json!({}),
        json!({ "file": required("file"), "filename": required("filename") }),
    )
    .await;
    check("/import/url", json!({}), json!({ "url": required("url") })).await;
    check("/convert", json!({}), json!({ "output_format": required("output format") })).await;
    check("/convert", json!({ "output_format": "png" }), json!({ "input": required("input") }))
        .await;
    let unknown = json!(["The operation import/telepathy is not supported."]);
    check("/import/telepathy", json!({}), json!({ "operation": unknown })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_a_json_object_or_nothing() {
    let world = World::new().await;
    let malformed =
        r#"{"message":"The request body must be a JSON object.","code":"INVALID_DATA"}"#;
    let key = Some(world.stack.endpoints.api_key.as_str());
    for body in ["{", "null", "7", r#""text""#, "[1]", "\u{feff}{}", "{} {}"] {
        let answer = send(&world, (Method::POST, "/import/upload"), key, body).await;
        assert_eq!((answer.status, answer.text.as_str()), (422, malformed), "{body}");
    }
    for body in ["", " ", "{}", "[]"] {
        let plain = send(&world, (Method::POST, "/import/upload"), key, body).await;
        assert_eq!(plain.data()["status"], "waiting", "{body:?} without a type");
        let url = format!("{}/import/upload", world.stack.endpoints.api);
        let typed = world.http.post(url).header("content-type", "application/json");
        let typed =
            typed.bearer_auth(&world.stack.endpoints.api_key).body(body).send().await.unwrap();
        assert_eq!(Answer::of(typed).await.data()["status"], "waiting", "{body:?} as JSON");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_the_same_as_nothing() {
    let world = World::new().await;
    let tasks =
        json!({ "in": { "operation": "import/upload", "redirect": null, "ignore_error": null } });
    let job =
        world.post("/jobs", &json!({ "tag": null, "webhook_url": null, "tasks": tasks })).await;
    assert_eq!(job.status, 201, "{}", job.text);
    assert_eq!(job.data()["tag"], Value::Null);
}
