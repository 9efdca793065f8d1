//! Every worker step run twice, late or in the wrong order gives what once gives.

use serde_json::{Value, json};

use crate::harness::{World, bytes, picture_tasks, task, text};

async fn show(world: &World, job: &Value) -> Value {
    world.get(&format!("/jobs/{}", text(&job["id"]))).await.data()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_worker_may_be_called_again_when_all_is_over() {
    let world = World::new().await;
    let job = world.picture_job().await;
    let job = world.ended(&job).await;
    let (rows, objects) = (world.rows().await, world.objects().await);
    let convert = text(&task(&job, "convert")["id"]);
    let key = format!("uploads/{}/photo.png", text(&task(&job, "import")["id"]));
    let events = [
        ("run-task", json!({ "task": convert, "owner": "default", "attempt": 0 })),
        ("run-task", json!({ "task": convert, "owner": "default", "attempt": 7 })),
        (
            "fail-task",
            json!({ "task": convert, "owner": "default", "error": { "Error": "Lambda.Unknown", "Cause": "late" } }),
        ),
        ("receive-upload", json!({ "Records": [{ "s3": { "object": { "key": key } } }] })),
        ("sweep", json!({})),
    ];
    for (worker, event) in events {
        world.stack.deliver(worker, event.clone()).await;
        world.stack.deliver(worker, event).await;
    }
    assert_eq!(show(&world, &job).await, job);
    assert_eq!((world.rows().await, world.objects().await), (rows, objects));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_leave_the_files_of_one() {
    let world = World::new().await;
    let job = world.create(json!({ "import": picture_tasks()["import"] })).await;
    let import = world.ended_upload(&job).await;
    world.wire.reset();
    let single = json!({ "input": import["id"], "output_format": "webp" });
    let convert = world.post("/convert", &single).await.data();
    let event =
        |attempt: u32| json!({ "task": convert["id"], "owner": "default", "attempt": attempt });
    let deliver = |attempt| world.stack.deliver("run-task", event(attempt));
    tokio::join!(deliver(0), deliver(0), deliver(1));
    let ended = world.ended_task(&convert).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    world.stack.states.idle().await;
    let prefix = format!("tasks/{}/", text(&convert["id"]));
    let left: Vec<_> =
        world.objects().await.into_iter().filter(|key| key.starts_with(&prefix)).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_told_after_the_end_changes_nothing_and_before_it_ends_the_job() {
    let world = World::with(|options| options.concurrency = 0).await;
    let job = world.create(json!({
        "import": { "operation": "import/raw", "file": "# Hello", "filename": "a.md" },
        "convert": { "operation": "convert", "input": "import", "output_format": "html" },
        "export": { "operation": "export/url", "input": "convert" },
    }));
    let job = job.await;
    let id = task(&job, "convert")["id"].clone();
    let error = json!({ "Error": "States.Timeout", "Cause": "" });
    world.call("fail-task", json!({ "task": id, "owner": "default", "error": error })).await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "error");
    assert_eq!(task(&job, "convert")["code"], "TIMEOUT");
    assert_eq!(task(&job, "export")["code"], "INPUT_TASK_FAILED");
    world.call("run-task", json!({ "task": id, "owner": "default", "attempt": 0 })).await;
    assert_eq!(show(&world, &job).await, job);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_taken_over_writes_nothing_more() {
    use domain::{Event, OwnerId, Run};
    let world = World::with(|options| options.concurrency = 0).await;
    let page = json!({ "operation": "import/raw", "file": "# Hello", "filename": "a.md" });
    let convert = json!({ "operation": "convert", "input": "import", "output_format": "html" });
    let job = world.create(json!({ "import": page, "convert": convert })).await;
    let id = text(&task(&job, "convert")["id"]).parse().unwrap();
    let (store, now) = (world.store(), world.clock.now());
    let claim = |attempt, nonce: &str| {
        let run = Run { attempt, nonce: nonce.to_owned() };
        Event::Claim { run, at: now, deadline: now + std::time::Duration::from_secs(900) }
    };
    let owner = OwnerId::parse("default").unwrap();
    store.apply(id, &owner, &claim(0, "a")).await.unwrap();
    store.apply(id, &owner, &claim(1, "b")).await.unwrap();
    assert!(
        !store.progress(id, &Run { attempt: 0, nonce: "a".to_owned() }, (50, None)).await.unwrap()
    );
    assert!(
        store.progress(id, &Run { attempt: 1, nonce: "b".to_owned() }, (60, None)).await.unwrap()
    );
    let shown = world.get(&format!("/tasks/{id}")).await.data();
    assert_eq!(
        (shown["percent"].clone(), shown["status"].clone()),
        (60.into(), "processing".into())
    );
}

impl World {
    /// Posts a picture to the only task of a job and returns the task once it has ended.
    async fn ended_upload(&self, job: &Value) -> Value {
        let import = task(job, "import");
        assert_eq!(self.upload(import, "photo.png", bytes("photo.png")).await, 201);
        self.ended_task(import).await
    }

    /// Calls a worker although there is no room for it.
    pub(crate) async fn call(&self, worker: &str, event: Value) {
        self.stack.call(worker, event).await.unwrap();
    }
}
