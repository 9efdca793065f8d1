//! What a key may do at once and in a minute, how long things stay, and what its owner is told of it.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use store::Scope;

use crate::harness::{Gate, World, text};
use crate::requests::{key, send};
use crate::tasks::{awaited, path, raw, single};

async fn world(parameters: &[(&str, &str)], hosts: &str) -> World {
    World::with(|options| {
        options.allow_hosts = hosts.to_owned();
        let given =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        options.parameters.extend(given);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_so_many_requests_a_minute_and_is_told_how_it_stands() {
    let world = world(&[("RequestsPerMinute", "3")], "").await;
    let other = key(&world, "default", &[Scope::TaskWrite]).await;
    let upload = single(&world, awaited()).await;
    for (remaining, path, body) in [
        ("1", "/jobs", json!({ "tasks": { "in": awaited() } })),
        ("0", "/import/upload", json!({})),
    ] {
        let answer = world.post(path, &body).await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.headers["x-ratelimit-limit"], "3");
        assert_eq!(answer.headers["x-ratelimit-remaining"], remaining);
        assert!(answer.headers.contains_key("x-ratelimit-reset"));
    }
    world.post(&format!("{}/cancel", path(&upload)), &Value::Null).await.data();
    for path in
        ["/jobs".to_owned(), "/import/upload".to_owned(), format!("{}/retry", path(&upload))]
    {
        let answer = world.post(&path, &json!({})).await;
        assert_eq!((answer.status, &answer.json()["code"]), (429, &json!("TOO_MANY_REQUESTS")));
        assert_eq!(answer.headers["x-ratelimit-remaining"], "0");
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    assert_eq!(world.get(&path(&upload)).await.status, 200, "who only looks is not counted");
    let answer = send(&world, (Method::POST, "/import/upload"), Some(&other), "").await;
    assert_eq!(answer.status, 201, "another key has its own");
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.post("/import/upload", &json!({})).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_keys_batch_leaves_room_for_anothers_task() {
    let gate = Gate::closed().await;
    let world = world(&[("RunningPerKey", "2")], &gate.host).await;
    let other = key(&world, "other", &[Scope::TaskRead, Scope::TaskWrite]).await;
    let mut batch = Vec::new();
    for _ in 0..5 {
        batch.push(single(&world, gate.import()).await);
    }
    let at_work = async || {
        world.get("/tasks?filter[status]=processing").await.json()["data"].as_array().unwrap().len()
    };
    world.until(async || (at_work().await == 2).then_some(())).await;
    let body =
        json!({ "input": raw_of(&world, &other).await, "output_format": "html" }).to_string();
    let theirs = send(&world, (Method::POST, "/convert"), Some(&other), &body).await.data();
    let shown = format!("/tasks/{}", text(&theirs["id"]));
    world
        .until(async || {
            let task = send(&world, (Method::GET, &shown), Some(&other), "").await.data();
            (task["status"] == "finished").then_some(())
        })
        .await;
    assert_eq!(at_work().await, 2, "the batch waits its turn");
    gate.open();
    for task in &batch {
        let path = path(task);
        world
            .until(async || {
                world.clock.advance(Duration::from_secs(1));
                (world.get(&path).await.data()["status"] == "finished").then_some(())
            })
            .await;
    }
}

/// Makes a task of another key's whose file can be converted, and returns its id.
async fn raw_of(world: &World, key: &str) -> Value {
    let mut payload = raw("# Hello", "a.md");
    payload["operation"].take();
    let body = payload.to_string();
    send(world, (Method::POST, "/import/raw"), Some(key), &body).await.data()["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_keep_things_for_less_than_a_day() {
    let world = world(&[("RetentionSeconds", "3600")], "").await;
    let job = world.ended(&world.create(json!({ "in": raw("# a", "a.md") })).await).await;
    let path = format!("/jobs/{}", text(&job["id"]));
    world.clock.advance(Duration::from_mins(59));
    assert_eq!(world.get(&path).await.status, 200);
    world.clock.advance(Duration::from_mins(2));
    assert_eq!(world.get(&path).await.status, 404);
    world.sweep_after(1).await;
    assert_eq!((world.rows().await, world.objects().await), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_told_who_it_is_and_what_it_may() {
    let world = world(&[("RequestsPerMinute", "7"), ("RetentionSeconds", "60")], "").await;
    let answer = world.get("/users/me").await;
    let mut me = answer.data();
    assert!(me["id"].is_string() && me["created_at"].take().is_string());
    let id = text(&me["id"]).to_owned();
    assert!(id.parse::<i32>().is_ok(), "{id}");
    insta::assert_snapshot!(format!("{me:#}").replace(&id, "<id>").replace(&world.stack.endpoints.api, "<api>"), @r#"
    {
      "id": "<id>",
      "username": "default",
      "email": "default@recast.invalid",
      "created_at": null,
      "credits": 1000000,
      "paying": true,
      "task_priority": null,
      "tasks_per_minute": 7,
      "limits": {
        "max_file_size": 5368709120,
        "max_request_size": 5500000,
        "max_tasks_per_job": 500,
        "retention_seconds": 60
      },
      "links": {
        "self": "<api>/users/me"
      }
    }
    "#);
    let blind = key(&world, "blind", &[Scope::TaskRead]).await;
    assert_eq!(send(&world, (Method::GET, "/users/me"), Some(&blind), "").await.status, 403);
}
