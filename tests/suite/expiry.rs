//! What has expired is gone, to whoever asks and then for good; and uploads, which may never come.

use std::time::Duration;

use domain::{Code, Event, Failure, From, OwnerId, TaskId};
use recast::stack::Delivery;
use serde_json::{Value, json};
use store::Outcome;

use crate::harness::{World, bytes, task, text};
use crate::tasks::{awaited, convert, end, export, names, path, raw, single, url};

fn hours(hours: u64) -> Duration {
    Duration::from_hours(hours)
}

/// Returns the objects that clients have posted and nobody has taken away.
async fn posted(world: &World) -> Vec<String> {
    world.objects().await.into_iter().filter(|key| key.starts_with("uploads/")).collect()
}

/// Checks that a job is gone to whoever asks.
async fn check_gone(world: &World, job: &Value, link: &str) {
    let job_path = format!("/jobs/{}", text(&job["id"]));
    let mut paths = vec![job_path.clone(), format!("{job_path}/wait")];
    for task in job["tasks"].as_array().unwrap() {
        paths.extend([path(task), format!("{}/wait", path(task))]);
    }
    for path in paths {
        assert_eq!(world.get(&path).await.status, 404, "{path}");
        if !path.ends_with("/wait") {
            assert_eq!(world.get_sync(&path).await.status, 404, "{path}");
        }
    }
    assert_eq!(world.http.get(link).send().await.unwrap().status(), 404);
    let id = text(&job["tasks"][0]["id"]);
    let answer = world.post("/export/url", &json!({ "input": id })).await;
    let told = json!({ "input": [format!("The input {id} is no task of yours.")] });
    assert_eq!((answer.status, &answer.json()["errors"]), (422, &told));
    let failure = Failure::new(Code::Cancelled, "too late");
    let event = Event::Fail { from: From::Open, at: world.clock.now(), failure };
    let id: TaskId = id.parse().unwrap();
    assert_eq!(
        world.store().apply(id, &OwnerId::parse("default").unwrap(), &event).await.unwrap(),
        Outcome::Gone
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_gone_before_the_sweep_and_after_it() {
    let world = World::new().await;
    let job = world.ended(&world.picture_job().await).await;
    let link = url(task(&job, "export"), 0).to_owned();
    let (rows, objects) = (world.rows().await, world.objects().await);
    assert_eq!((rows.len(), objects.len()), (4, 2), "{rows:?} {objects:?}");
    world.clock.advance(hours(24) - Duration::from_mins(1));
    assert_eq!(world.get(&path(task(&job, "export"))).await.status, 200, "not yet");
    world.download(&link).await;
    world.clock.advance(Duration::from_mins(2));
    check_gone(&world, &job, &link).await;
    assert_eq!((world.rows().await, world.objects().await), (rows, objects), "nobody has swept");
    world.sweep_after(1).await;
    assert!(world.rows().await.is_empty() && world.objects().await.is_empty());
    check_gone(&world, &job, &link).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_deletes_files_and_then_the_row_that_says_that_they_are_there() {
    let world = World::new().await;
    single(&world, raw("text", "a.txt")).await;
    world.wire.reset();
    world.sweep_after(25 * 60).await;
    let calls = world.wire.calls();
    let at = |call: &str| calls.iter().position(|made| *made == call).unwrap();
    assert!(at("DeleteObjects") < at("DeleteItem"), "{calls:?}");
    assert!(world.rows().await.is_empty() && world.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_shows_the_tasks_that_have_not_expired() {
    let world = World::new().await;
    let job = world.create(json!({ "early": raw("text", "a.txt"), "late": awaited() })).await;
    world.clock.advance(hours(10));
    assert_eq!(world.upload(task(&job, "late"), "b.txt", b"text".to_vec()).await, 201);
    let job = world.ended(&job).await;
    assert_eq!(job["tasks"].as_array().unwrap().len(), 2);
    for swept in [false, true] {
        if !swept {
            world.clock.advance(hours(15));
        } else {
            world.sweep_after(1).await;
        }
        let job = world.get(&format!("/jobs/{}", text(&job["id"]))).await.data();
        assert_eq!(job["tasks"].as_array().unwrap().len(), 1, "{job}");
        assert_eq!(names(task(&job, "late")), ["b.txt"]);
    }
    assert_eq!(world.objects().await.len(), 1);
    world.sweep_after(10 * 60).await;
    assert!(world.rows().await.is_empty() && world.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exports_files_outlive_the_import_that_brought_them() {
    let world = World::new().await;
    let import = single(&world, raw("text", "a.txt")).await;
    world.sweep_after(20 * 60).await;
    let export = single(&world, export(import["id"].clone())).await;
    world.sweep_after(5 * 60).await;
    assert_eq!(world.get(&path(&import)).await.status, 404);
    assert_eq!(world.download(url(&export, 0)).await, b"text");
    let again = single(&world, crate::tasks::export(export["id"].clone())).await;
    assert_eq!(world.download(url(&again, 0)).await, b"text", "an export of the export");
    world.sweep_after(19 * 60 + 1).await;
    assert_eq!(world.http.get(url(&export, 0)).send().await.unwrap().status(), 404);
    assert_eq!(world.download(url(&again, 0)).await, b"text", "it lists the same object");
    world.sweep_after(5 * 60).await;
    assert_eq!(world.http.get(url(&again, 0)).send().await.unwrap().status(), 404);
    // Whatever order the sweep finds the three in, each look lets the next one go.
    world.sweep_after(10).await;
    world.sweep_after(10).await;
    assert!(world.rows().await.is_empty() && world.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dependent_whose_input_expires_fails_and_says_so() {
    let world = World::new().await;
    let early = single(&world, raw("text", "a.txt")).await;
    world.sweep_after(20 * 60).await;
    let late = single(&world, awaited()).await;
    let both = single(&world, export(json!([early["id"], late["id"]]))).await;
    world.sweep_after(5 * 60).await;
    let both = world.get(&path(&both)).await.data();
    let told = format!("Input task has failed: {} has expired", text(&early["id"]));
    let gone = format!("Input task has failed: {} is gone", text(&early["id"]));
    let [status, code, message] = end(&both);
    assert_eq!((status, code), ("error", "INPUT_TASK_FAILED"), "{both}");
    assert!([told, gone].iter().any(|told| told == message), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_never_comes_times_out_after_twelve_hours() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited(), "out": export("in") })).await;
    world.sweep_after(11 * 60 + 55).await;
    assert_eq!(world.get(&path(task(&job, "in"))).await.data()["status"], "waiting");
    world.sweep_after(15).await;
    let ended = world.get(&format!("/jobs/{}", text(&job["id"]))).await.data();
    assert_eq!(end(task(&ended, "in")), ["error", "TIMEOUT", "No file was uploaded in time."]);
    assert_eq!(
        end(task(&ended, "out")),
        ["error", "INPUT_TASK_FAILED", "Input task has failed: in"]
    );
    assert_eq!(ended["status"], "error");
    assert_eq!(world.upload(task(&job, "in"), "a.txt", b"too late".to_vec()).await, 201);
    world.until(async || posted(&world).await.is_empty().then_some(())).await;
    assert_eq!(world.get(&path(task(&job, "in"))).await.data(), *task(&ended, "in"));
    assert!(world.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_upload_to_the_same_form_changes_nothing() {
    let world = World::new().await;
    let import = single(&world, awaited()).await;
    assert_eq!(world.upload(&import, "a.txt", b"first".to_vec()).await, 201);
    let ended = world.ended_task(&import).await;
    let export = single(&world, export(import["id"].clone())).await;
    for (number, name) in [(2, "a.txt"), (3, "b.txt"), (4, "sub/a.txt")] {
        assert_eq!(world.upload(&import, name, b"other".to_vec()).await, 201);
        // Each delivery takes away what was posted.
        world.until(async || (world.wire.count("DeleteObject") == number).then_some(())).await;
        world.until(async || posted(&world).await.is_empty().then_some(())).await;
        assert_eq!(world.get(&path(&import)).await.data(), ended);
        assert_eq!(world.download(url(&export, 0)).await, b"first");
    }
    assert_eq!(world.objects().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploads_event_that_comes_twice_ends_its_task_once() {
    let world = World::with(|options| options.delivery = Delivery::Twice).await;
    let import = single(&world, awaited()).await;
    let webp = single(&world, convert(import["id"].clone(), "webp")).await;
    assert_eq!(world.upload(&import, "photo.png", bytes("photo.png")).await, 201);
    assert_eq!(names(&world.ended_task(&webp).await), ["photo.webp"]);
    // One copy and one result are left, whoever was first.
    world.until(async || (world.objects().await.len() == 2).then_some(())).await;
    // The pointer goes as soon as somebody sees that nobody needs it any more.
    let rows = world.rows().await;
    let tasks = rows.iter().filter(|row| !row.starts_with("pointer#"));
    assert_eq!(tasks.count(), 2, "{rows:?}");
    assert_eq!(world.wire.count("GetObject"), 1, "one run");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_event_never_comes_is_found_by_the_sweep() {
    let world = World::with(|options| options.delivery = Delivery::Never).await;
    let job = world.picture_job().await;
    assert_eq!(posted(&world).await.len(), 1);
    world.sweep_after(1).await;
    assert_eq!(world.get(&path(task(&job, "import"))).await.data()["status"], "waiting");
    world.sweep_after(2).await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished", "{job}");
    assert_eq!(names(task(&job, "import")), ["photo.png"]);
    assert_eq!(posted(&world).await, [""; 0]);
}
