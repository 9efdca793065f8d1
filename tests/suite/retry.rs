//! A task is tried again: by a new one, in its job if it has one, with the newest tries for its inputs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{World, bytes, task, text};
use crate::tasks::{awaited, convert, end, export, names, path, picture, raw, single};

async fn retry(world: &World, task: &Value) -> (u16, Value) {
    let answer = world.post(&format!("{}/retry", path(task)), &Value::Null).await;
    (answer.status, answer.json())
}

async fn retried(world: &World, task: &Value) -> Value {
    let (status, body) = retry(world, task).await;
    assert_eq!(status, 201, "{body}");
    body["data"].clone()
}

/// Returns what is wrong with a field, by a retry that is refused.
async fn refused(world: &World, task: &Value, field: &str) -> Value {
    let (status, body) = retry(world, task).await;
    assert_eq!(status, 422, "{body}");
    body["errors"][field][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_gets_another_chance_and_opens_its_job_again() {
    let world = World::new().await;
    let tasks = json!({ "in": awaited(), "to": convert("in", "webp"), "out": export("to") });
    let job = world.create(tasks).await;
    world.post(&format!("{}/cancel", path(task(&job, "in"))), &Value::Null).await.data();
    let failed = world.ended(&job).await;
    assert_eq!(failed["status"], "error");
    let new = retried(&world, task(&failed, "in")).await;
    assert_ne!(new["id"], task(&failed, "in")["id"]);
    for (field, expect) in [
        ("retry_of_task_id", &task(&failed, "in")["id"]),
        ("copy_of_task_id", &task(&failed, "in")["id"]),
        ("job_id", &job["id"]),
        ("status", &json!("waiting")),
        ("name", &json!("in")),
    ] {
        assert_eq!(&new[field], expect, "{field}");
    }
    let open = world.get(&format!("/jobs/{}", text(&job["id"]))).await.data();
    assert_eq!((&open["status"], &open["ended_at"]), (&json!("processing"), &Value::Null));
    assert_eq!(task(&open, "in")["id"], new["id"], "a job shows the newest try");
    assert_eq!(task(&open, "to")["code"], "INPUT_TASK_FAILED", "dependents are not revived");
    assert_eq!(world.upload(&new, "photo.png", bytes("photo.png")).await, 201);
    let to = retried(&world, task(&open, "to")).await;
    assert_eq!(to["depends_on_task_ids"], json!([new["id"]]), "by the newest try of its name");
    let out = retried(&world, task(&open, "out")).await;
    assert_eq!(out["depends_on_task_ids"], json!([to["id"]]));
    let done = world.ended(&job).await;
    assert_eq!(done["status"], "finished", "{done}");
    assert_eq!(names(task(&done, "out")), ["photo.webp"]);
    let url = text(&task(&done, "out")["result"]["files"][0]["url"]).to_owned();
    assert!(image::load_from_memory(&world.download(&url).await).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_task_may_be_tried_again_and_older_tries_are_told() {
    let world = World::new().await;
    let tasks = json!({ "in": picture(), "to": convert("in", "webp") });
    let job = world.ended(&world.create(tasks).await).await;
    let again = world.ended_task(&retried(&world, task(&job, "in")).await).await;
    assert_eq!((&again["status"], names(&again)), (&json!("finished"), vec!["photo.png"]));
    let first = text(&task(&job, "in")["id"]).to_owned();
    let shown = world.get(&format!("{}?include=retries", path(&again))).await.data();
    assert_eq!(shown["retries"][0]["id"], json!(first));
    let shown = world.get(&format!("/tasks/{first}?include=retries")).await.data();
    assert_eq!(shown["retries"][0]["id"], again["id"]);
    let listed = world.get(&format!("/tasks?filter[job_id]={}", text(&job["id"]))).await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 3, "older tries are listed");
    let to = retried(&world, task(&job, "to")).await;
    assert_eq!(world.ended_task(&to).await["status"], "finished");
    assert_eq!(world.ended(&job).await["status"], "finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_of_no_job_is_tried_again_by_another() {
    let world = World::new().await;
    let import = world.ended_task(&single(&world, picture()).await).await;
    let first = single(&world, convert(import["id"].clone(), "webp")).await;
    let first = world.ended_task(&first).await;
    let second = world.ended_task(&retried(&world, &first).await).await;
    let third = world.ended_task(&retried(&world, &second).await).await;
    for (new, old) in [(&second, &first), (&third, &second)] {
        assert_eq!(new["retry_of_task_id"], old["id"]);
        assert_eq!((&new["status"], new["job_id"].is_null()), (&json!("finished"), true));
    }
    for shown in [&first, &second, &third] {
        let shown = world.get(&format!("{}?include=retries", path(shown))).await.data();
        assert_eq!(shown["retries"].as_array().unwrap().len(), 2, "{shown}");
    }
    let stored = world.ended_task(&retried(&world, &import).await).await;
    assert_eq!(names(&stored), ["photo.png"]);
    assert_eq!(world.delete(&path(&import)).await.status, 204);
    let kept = single(&world, convert(stored["id"].clone(), "jpg")).await;
    assert_eq!(world.ended_task(&kept).await["status"], "finished", "it has files of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_has_not_ended_stands_in_the_way() {
    let world = World::new().await;
    let upload = single(&world, awaited()).await;
    let open = "The newest try of the task has not ended.";
    assert_eq!(refused(&world, &upload, "status").await, open);
    world.post(&format!("{}/cancel", path(&upload)), &Value::Null).await.data();
    let second = retried(&world, &upload).await;
    assert_eq!(refused(&world, &upload, "status").await, open, "its retry is");
    world.post(&format!("{}/cancel", path(&second)), &Value::Null).await.data();
    retried(&world, &second).await;
    assert_eq!(refused(&world, &upload, "status").await, open, "and that one's");
    let job = world.create(json!({ "in": awaited(), "out": export("in") })).await;
    assert_eq!(refused(&world, task(&job, "out"), "status").await, open);
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_that_are_gone_stand_in_the_way() {
    let world = World::new().await;
    let tasks = json!({ "in": raw("# a", "a.md"), "more": awaited(), "out": export("in") });
    let job = world.create(tasks).await;
    let out = world.ended_task(task(&job, "out")).await;
    assert_eq!(world.delete(&path(task(&job, "in"))).await.status, 204);
    let gone = json!("The input in is gone or has expired.");
    assert_eq!(refused(&world, &out, "input").await, gone);
    let import = world.ended_task(&single(&world, raw("# a", "a.md")).await).await;
    world.clock.advance(Duration::from_hours(23));
    let out = world.ended_task(&single(&world, export(import["id"].clone())).await).await;
    world.clock.advance(Duration::from_hours(2));
    let told = format!("The input {} is gone or has expired.", text(&import["id"]));
    assert_eq!(refused(&world, &out, "input").await, json!(told));
}

/// History 1.1: a retry that comes while a job is ending is not lost with it.
#[tokio::test(flavor = "multi_thread")]
async fn sixteen_retries_at_once_make_one_new_task() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited() })).await;
    world.post(&format!("{}/cancel", path(task(&job, "in"))), &Value::Null).await.data();
    let job = world.ended(&job).await;
    let tries = (0..16).map(|_| retry(&world, task(&job, "in")));
    let answers = futures::future::join_all(tries).await;
    let made: Vec<_> = answers.iter().filter(|(status, _)| *status == 201).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| [201, 422, 429].contains(status)), "{answers:?}");
    let open = world.get(&format!("/jobs/{}", text(&job["id"]))).await.data();
    assert_eq!(end(task(&open, "in"))[0], "waiting");
}
