//! What is large: bodies, jobs, and lists of files.

use domain::{Event, File, FileName, From, Output, OwnerId, Run, TaskId};
use serde_json::{Map, Value, json};
use settle::Starts;

use crate::harness::{Fault, Kind, World, task, text};
use crate::tasks::{awaited, convert, export, hurried, import, names, path, raw, single, url};

/// Returns bytes that neither repeat soon nor are text.
fn noise(length: usize) -> Vec<u8> {
    let next = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 24) as u8)
    };
    std::iter::successors(Some(7_u32), |state| Some(*state))
        .scan(7, |state, _| next(state))
        .take(length)
        .collect()
}

/// Returns so many texts and the pages they become.
fn pages(count: usize) -> Value {
    let import = |n: usize| (format!("in-{n}"), raw(&format!("# Page {n}"), &format!("{n}.md")));
    let page = |n: usize| (format!("page-{n}"), convert(format!("in-{n}"), "html"));
    let tasks: Map<String, Value> = (0..count).map(import).chain((0..count).map(page)).collect();
    tasks.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_5_mb_comes_through() {
    let world = World::new().await;
    let file = noise(3_740_000);
    let payload = import(&file, "noise.bin");
    let length = payload.to_string().len();
    assert!((4_980_000..5_000_000).contains(&length), "{length}");
    let import = single(&world, payload).await;
    assert_eq!(import["status"], "finished", "{import}");
    assert_eq!(import["result"]["files"][0]["size"], file.len());
    let export = single(&world, export(import["id"].clone())).await;
    assert!(world.download(url(&export, 0)).await == file, "other bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_413() {
    let world = World::new().await;
    let told = json!({
        "message": "The request body is too large. Use import/upload or import/url for files.",
        "code": "PAYLOAD_TOO_LARGE",
    });
    let answer = world.post("/import/raw", &raw(&"a".repeat(5_500_000), "a.txt")).await;
    assert_eq!((answer.status, answer.json()), (413, told));
    let gateways = json!({ "message": "Request Entity Too Large" });
    let answer = world.post("/import/raw", &raw(&"a".repeat(6_300_000), "a.txt")).await;
    assert_eq!((answer.status, answer.json()), (413, gateways));
    assert_eq!(world.rows().await.len() + world.objects().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_300_tasks_finishes() {
    let world = World::new().await;
    let tasks = pages(150);
    let order: Vec<_> = tasks.as_object().unwrap().keys().cloned().collect();
    let job = world.create(tasks).await;
    let named = |job: &Value| {
        let tasks = job["tasks"].as_array().unwrap();
        tasks.iter().map(|task| text(&task["name"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(named(&job), order);
    let job = hurried(&world, text(&job["id"])).await;
    assert_eq!(job["status"], "finished");
    assert_eq!(named(&job), order);
    for task in job["tasks"].as_array().unwrap() {
        assert_eq!((&task["status"], names(task).len()), (&json!("finished"), 1), "{task}");
    }
    assert_eq!(names(task(&job, "page-149")), ["149.html"]);
    assert_eq!(world.wire.count("StartExecution"), 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_job_is_not_there_until_all_of_it_is() {
    let world = World::new().await;
    world.wire.plan(Fault { operation: "PutItem", nth: 0, kind: Kind::DieBefore });
    assert!(world.try_post("/jobs", &json!({ "tasks": pages(60) })).await.is_none());
    let rows = Vec::from_iter(world.rows().await);
    assert_eq!(rows.len(), 120, "all tasks were written, and no job");
    for row in rows.iter().step_by(20) {
        let parts = ["", "/wait"].map(|wait| format!("/tasks/{row}{wait}"));
        for path in parts {
            assert_eq!(world.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(world.get_sync(&format!("/tasks/{row}")).await.status, 404);
        assert_eq!(world.post("/export/url", &export(row.as_str())).await.status, 422);
    }
    let job = rows[0].replace("0001", "0000");
    assert_eq!(world.get(&format!("/jobs/{job}")).await.status, 404);
    world.sweep_after(3).await;
    assert_eq!(Vec::from_iter(world.rows().await), rows, "nobody works on it");
    assert_eq!(world.wire.count("StartExecution"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_job_is_whole_from_the_moment_it_is_there() {
    let world = World::new().await;
    world.wire.plan(Fault { operation: "UpdateItem", nth: 0, kind: Kind::DieBefore });
    assert!(world.try_post("/jobs", &json!({ "tasks": pages(60) })).await.is_none());
    let rows = Vec::from_iter(world.rows().await);
    assert_eq!(rows.len(), 121);
    let job = world.get(&format!("/jobs/{}", rows[0])).await.data();
    assert_eq!(job["tasks"].as_array().unwrap().len(), 120);
    assert_eq!(job["status"], "waiting");
    assert_eq!(world.get(&format!("/tasks/{}", rows[120])).await.status, 200);
    world.sweep_after(3).await;
    let job = hurried(&world, &rows[0]).await;
    assert_eq!(job["status"], "finished");
    assert_eq!(names(task(&job, "page-59")), ["59.html"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_more_than_500_tasks_is_refused() {
    let world = World::new().await;
    let tasks: Map<_, _> = (0..600).map(|n| (format!("t{n}"), raw("text", "a.txt"))).collect();
    let answer = world.post("/jobs", &json!({ "tasks": tasks })).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let errors = json!({ "tasks": ["The tasks may not be more than 500."] });
    assert_eq!(answer.json()["errors"], errors);
    assert_eq!(world.rows().await.len() + world.objects().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_shows_3000_files_and_a_job_1000_of_them() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited(), "out": export("in") })).await;
    finish_with(&world, text(&task(&job, "in")["id"]), 3_000).await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished");
    for name in ["in", "out"] {
        assert_eq!(names(task(&job, name)).len(), 1_000, "{name} in its job");
    }
    let out = world.get(&path(task(&job, "out"))).await.data();
    assert_eq!(names(&out).len(), 3_000);
    assert_eq!(names(&out)[2_999], "file-3000.txt");
    assert_eq!(world.download(url(&out, 2_999)).await, b"the only one");
    let export = single(&world, export(out["id"].clone())).await;
    assert_eq!(names(&export).len(), 3_000);
    assert_eq!(world.download(url(&export, 2_999)).await, b"the only one");
}

/// Ends an upload as if so many files had come.
async fn finish_with(world: &World, id: &str, count: usize) {
    let settler = world.settler();
    let id: TaskId = id.parse().unwrap();
    let run = Run { attempt: 0, nonce: "n".to_owned() };
    let name = |n: usize| FileName::sanitize(&format!("file-{n}.txt")).unwrap();
    let key = files::result_key(id, &run, 1);
    let file = settler.files.store(key, name(1), "the only one".into()).await.unwrap();
    let list = (1..=count).map(|n| File { name: name(n), ..file.clone() }).collect();
    let files = settler.files.save_list(id, &run, list).await.unwrap();
    let output = Output { files, ..Output::default() };
    let event = Event::Finish { from: From::Waiting, at: settler.clock.now(), output };
    settler.store.apply(id, &OwnerId::parse("default").unwrap(), &event).await.unwrap();
    settler.settle(id.group(), Starts::After(id)).await.unwrap();
}
