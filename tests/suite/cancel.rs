//! A task is cancelled: it ends, what works on it stops, and what depends on it ends with it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Gate, World, task};
use crate::tasks::{awaited, convert, end, export, path, raw, single};

async fn cancel(world: &World, task: &Value) -> (u16, Value) {
    let answer = world.post(&format!("{}/cancel", path(task)), &Value::Null).await;
    (answer.status, answer.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_task_is_cancelled_with_what_depends_on_it() {
    let world = World::new().await;
    let tasks = json!({ "in": awaited(), "to": convert("in", "webp"), "out": export("to") });
    let job = world.create(tasks).await;
    let (status, body) = cancel(&world, task(&job, "in")).await;
    assert_eq!(status, 200);
    assert_eq!(end(&body["data"]), ["error", "CANCELLED", "The task was cancelled."]);
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "error");
    let failed = ["error", "INPUT_TASK_FAILED", "Input task has failed: in"];
    assert_eq!(end(task(&job, "to")), failed);
    assert_eq!(end(task(&job, "out"))[1], "INPUT_TASK_FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_on_a_task_stops_within_two_seconds() {
    let gate = Gate::closed().await;
    let world = World::with(|options| options.allow_hosts = gate.host.clone()).await;
    let import = single(&world, gate.import()).await;
    world.at_work(&import).await;
    let begun = Instant::now();
    let (status, body) = cancel(&world, &import).await;
    assert_eq!((status, &body["data"]["code"]), (200, &json!("CANCELLED")));
    world.stack.states.idle().await;
    world.until(async || world.stack.is_idle().then_some(())).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    gate.open();
    assert_eq!(world.get(&path(&import)).await.data()["code"], "CANCELLED");
    assert!(world.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_cannot_be_cancelled() {
    let world = World::new().await;
    let import = world.ended_task(&single(&world, raw("# Hello", "a.md")).await).await;
    let told = json!({
        "message": "The given data was invalid.",
        "code": "INVALID_DATA",
        "errors": { "status": ["Cannot change status: task already completed."] },
    });
    assert_eq!(cancel(&world, &import).await, (422, told.clone()));
    let upload = single(&world, awaited()).await;
    assert_eq!(cancel(&world, &upload).await.0, 200);
    assert_eq!(cancel(&world, &upload).await, (422, told));
}
