//! Who may do what, and what is not there for them.

use reqwest::Method;
use serde_json::json;
use store::Scope;

use crate::harness::{World, text};
use crate::requests::{key, send};
use crate::tasks::awaited;

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
