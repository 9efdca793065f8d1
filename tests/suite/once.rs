//! A request with an Idempotency-Key has its effect once.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, World, task, text};
use crate::tasks::{awaited, path, raw, single};

async fn post(world: &World, path: &str, key: &str, body: &Value) -> Answer {
    world.send(Method::POST, path, &[("idempotency-key", key)], body).await
}

fn id(answer: &Answer) -> String {
    text(&answer.data()["id"]).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_created_once_even_by_sixteen_at_once() {
    let world = World::new().await;
    let body = json!({ "tasks": { "in": awaited() } });
    let all = (0..16).map(|_| post(&world, "/jobs", "one", &body));
    let answers = futures::future::join_all(all).await;
    let first = id(&answers[0]);
    assert!(answers.iter().all(|answer| answer.status == 201 && id(answer) == first));
    assert_eq!(world.get("/jobs").await.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(world.get("/tasks").await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_job_is_created_once_and_leaves_no_rows_of_the_others() {
    let world = World::new().await;
    let tasks: serde_json::Map<_, _> =
        (0..120).map(|n| (format!("t{n}"), raw("x", "x.txt"))).collect();
    let body = json!({ "tasks": tasks });
    let all = (0..3).map(|_| post(&world, "/jobs", "one", &body));
    let answers = futures::future::join_all(all).await;
    let first = id(&answers[0]);
    assert!(answers.iter().all(|answer| answer.status == 201 && id(answer) == first));
    let job = world.ended(&answers[0].data()).await;
    assert_eq!(job["tasks"].as_array().unwrap().len(), 120);
    assert_eq!(world.rows().await.len(), 121);
    assert_eq!(world.objects().await.len(), 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_the_resource_as_it_is_now() {
    let world = World::new().await;
    let first = post(&world, "/import/upload", "one", &Value::Null).await;
    world.post(&format!("/tasks/{}/cancel", id(&first)), &Value::Null).await.data();
    let again = post(&world, "/import/upload", "one", &Value::Null).await;
    assert_eq!((again.status, id(&again)), (201, id(&first)));
    assert_eq!(again.data()["code"], "CANCELLED");
    assert_eq!(world.delete(&format!("/tasks/{}", id(&first))).await.status, 204);
    assert_eq!(post(&world, "/import/upload", "one", &Value::Null).await.status, 404);
    world.clock.advance(Duration::from_hours(24) + Duration::from_secs(2));
    let new = post(&world, "/import/upload", "one", &Value::Null).await;
    assert_eq!(new.status, 201, "a day later the key is as good as new");
    assert_ne!(id(&new), id(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_request_with_the_key_is_422() {
    let world = World::new().await;
    post(&world, "/import/upload", "one", &json!({})).await.data();
    let bodies = [
        ("/import/upload", json!({ "redirect": "https://example.org" })),
        ("/import/raw", json!({})),
        ("/jobs", json!({ "tasks": { "in": awaited() } })),
    ];
    for (path, body) in bodies {
        let answer = post(&world, path, "one", &body).await;
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.json()["errors"]["idempotency-key"].is_array(), "{}", answer.text);
    }
    let long = "x".repeat(256);
    assert_eq!(post(&world, "/import/upload", &long, &json!({})).await.status, 422);
    assert_eq!(post(&world, "/import/upload", &long[1..], &json!({})).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_not_remembered() {
    let world = World::new().await;
    let body = json!({ "tasks": {} });
    assert_eq!(post(&world, "/jobs", "one", &body).await.status, 422);
    let body = json!({ "tasks": { "in": awaited() } });
    assert_eq!(post(&world, "/jobs", "one", &body).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_cancelled_and_tried_again_once() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited() })).await;
    for upload in [task(&job, "in").clone(), single(&world, awaited()).await] {
        let cancel = format!("{}/cancel", path(&upload));
        let key = format!("cancel {}", text(&upload["id"]));
        let all = (0..8).map(|_| post(&world, &cancel, &key, &Value::Null));
        for answer in futures::future::join_all(all).await {
            assert_eq!((answer.status, &answer.data()["code"]), (200, &json!("CANCELLED")));
        }
        assert_eq!(post(&world, &cancel, "another key", &Value::Null).await.status, 422);
        let retry = format!("{}/retry", path(&upload));
        let key = format!("retry {}", text(&upload["id"]));
        let all = (0..8).map(|_| post(&world, &retry, &key, &Value::Null));
        let answers = futures::future::join_all(all).await;
        let first = id(&answers[0]);
        assert!(answers.iter().all(|answer| answer.status == 201 && id(answer) == first));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_host_goes_by_the_same_keys() {
    let world = World::new().await;
    let body = json!({ "tasks": { "in": raw("# a", "a.md") } });
    let first = post(&world, "/jobs", "one", &body).await;
    let request = world.http.post(format!("{}/jobs", world.stack.endpoints.sync)).json(&body);
    let request = request.header("idempotency-key", "one");
    let again = request.bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap();
    let again = Answer::of(again).await;
    assert_eq!((again.status, id(&again)), (201, id(&first)));
    assert_eq!(again.data()["status"], "finished");
}
