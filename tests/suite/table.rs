//! Every endpoint that names something, and whoever may not see it: all are told alike.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use store::Scope;

use crate::harness::{World, text};
use crate::requests::{key, send};
use crate::tasks::{awaited, raw};

/// An endpoint that names a task or a job, and the scope that it takes.
const NAMING: &[(Method, &str, Scope)] = &[
    (Method::GET, "/tasks/{task}", Scope::TaskRead),
    (Method::GET, "/tasks/{task}/wait", Scope::TaskRead),
    (Method::POST, "/tasks/{task}/cancel", Scope::TaskWrite),
    (Method::POST, "/tasks/{task}/retry", Scope::TaskWrite),
    (Method::DELETE, "/tasks/{task}", Scope::TaskWrite),
    (Method::GET, "/jobs/{job}", Scope::TaskRead),
    (Method::GET, "/jobs/{job}/wait", Scope::TaskRead),
    (Method::DELETE, "/jobs/{job}", Scope::TaskWrite),
    (Method::DELETE, "/webhooks/{job}", Scope::WebhookWrite),
    (Method::GET, "/webhooks/{job}/deliveries", Scope::WebhookRead),
    (Method::POST, "/webhooks/{job}/test", Scope::WebhookWrite),
];

/// An endpoint that names nothing.
const GENERAL: &[(Method, &str, Scope)] = &[
    (Method::GET, "/tasks", Scope::TaskRead),
    (Method::GET, "/jobs", Scope::TaskRead),
    (Method::POST, "/jobs", Scope::TaskWrite),
    (Method::POST, "/import/upload", Scope::TaskWrite),
    (Method::GET, "/users/me", Scope::UserRead),
    (Method::GET, "/users/me/webhooks", Scope::WebhookRead),
    (Method::GET, "/webhooks", Scope::WebhookRead),
    (Method::POST, "/webhooks", Scope::WebhookWrite),
];

const UNAUTHENTICATED: &str = r#"{"message":"Unauthenticated.","code":"UNAUTHENTICATED"}"#;
const FORBIDDEN: &str = r#"{"message":"Invalid scope(s) provided.","code":"FORBIDDEN"}"#;
const NOT_FOUND: &str = r#"{"message":"The requested resource was not found.","code":"NOT_FOUND"}"#;

/// What is asked for by its id, in each way of not being there.
struct Absent {
    kind: &'static str,
    task: String,
    job: String,
}

impl Absent {
    fn of(kind: &'static str, job: &Value) -> Self {
        let (task, job) = (text(&job["tasks"][0]["id"]), text(&job["id"]));
        Self { kind, task: task.to_owned(), job: job.to_owned() }
    }

    fn path(&self, path: &str) -> String {
        path.replace("{task}", &self.task).replace("{job}", &self.job)
    }
}

/// Makes one of each: another owner's, one that has expired, one that was deleted, one that never was.
async fn absent(world: &World) -> Vec<Absent> {
    let other = key(world, "other", &[Scope::TaskRead, Scope::TaskWrite]).await;
    let expired = world.ended(&world.create(json!({ "in": raw("# a", "a.md") })).await).await;
    world.clock.advance(std::time::Duration::from_hours(25));
    let deleted = world.create(json!({ "in": awaited() })).await;
    world.delete(&format!("/jobs/{}", text(&deleted["id"]))).await;
    let body = json!({ "tasks": { "in": awaited() } }).to_string();
    let foreign = send(world, (Method::POST, "/jobs"), Some(&other), &body).await.data();
    let never = json!({
        "id": "0199aaaa-0000-7000-8000-000000000000",
        "tasks": [{ "id": "0199aaaa-0000-7000-8000-000000000001" }],
    });
    vec![
        Absent::of("foreign", &foreign),
        Absent::of("expired", &expired),
        Absent::of("deleted", &deleted),
        Absent::of("never", &never),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_alike_after_the_same_calls_whatever_the_reason() {
    let world = World::new().await;
    let absent = absent(&world).await;
    world.get("/tasks").await;
    let before = (world.rows().await, world.objects().await);
    for (method, path, _) in NAMING {
        let mut seen = BTreeSet::new();
        // The function remembers the key from then on.
        world.send(method.clone(), &absent[3].path(path), &[], &Value::Null).await;
        for one in &absent {
            let path = one.path(path);
            world.wire.reset();
            let answer = world.send(method.clone(), &path, &[], &Value::Null).await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (404, NOT_FOUND),
                "{} {path}",
                one.kind
            );
            let mut headers = answer.headers.clone();
            headers.remove("date");
            seen.insert(format!("{:?} {headers:?}", world.wire.calls()));
        }
        assert_eq!(seen.len(), 1, "{method} {path}: {seen:#?}");
        for malformed in ["nonsense", "%00", "0199AAAA-0000-7000-8000-000000000001"] {
            let path = path.replace("{task}", malformed).replace("{job}", malformed);
            let answer = world.send(method.clone(), &path, &[], &Value::Null).await;
            assert_eq!((answer.status, answer.text.as_str()), (404, NOT_FOUND), "{path}");
        }
    }
    assert_eq!((world.rows().await, world.objects().await), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_or_not_the_scope_is_told_so_without_a_look_at_what_is_asked_for() {
    let world = World::new().await;
    let absent = absent(&world).await;
    let good = world.stack.endpoints.api_key.clone();
    let last = if good.ends_with('0') { "1" } else { "0" };
    let mistyped = format!("{}{last}", &good[..good.len() - 1]);
    let revoked = key(&world, "nobody", &[]).await;
    for key in world.store().keys(&domain::OwnerId::parse("nobody").unwrap()).await.unwrap() {
        world.store().delete_key(&key).await.unwrap();
    }
    for (method, path, scope) in NAMING.iter().chain(GENERAL) {
        let path = absent[3].path(path);
        let others = Scope::ALL.into_iter().filter(|other| other != scope).collect::<Vec<_>>();
        let scoped = key(&world, "default", &others).await;
        for (given, expect, calls) in [
            (None, (401, UNAUTHENTICATED), vec![]),
            (Some(mistyped.as_str()), (401, UNAUTHENTICATED), vec![]),
            (Some(revoked.as_str()), (401, UNAUTHENTICATED), vec!["GetItem"]),
            (Some(scoped.as_str()), (403, FORBIDDEN), vec!["GetItem"]),
        ] {
            world.wire.reset();
            let answer = send(&world, (method.clone(), &path), given, "").await;
            assert_eq!((answer.status, answer.text.as_str()), expect, "{method} {path}");
            assert_eq!(world.wire.calls(), calls, "{method} {path}");
            assert_eq!(answer.headers["content-type"], "application/json");
        }
    }
}
