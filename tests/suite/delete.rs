//! Tasks and jobs are deleted with all their data, whatever their state.

use serde_json::{Value, json};

use crate::harness::{Gate, World, bytes, task, text};
use crate::tasks::{awaited, convert, end, export, path, picture, raw, single, url};

fn job_path(job: &Value) -> String {
    format!("/jobs/{}", text(&job["id"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_with_its_files_and_then_it_is_not_there() {
    let world = World::new().await;
    let finished = world.ended_task(&single(&world, picture()).await).await;
    let waiting = single(&world, awaited()).await;
    for task in [&finished, &waiting] {
        let answer = world.delete(&path(task)).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(world.delete(&path(task)).await.status, 404, "the second time");
        assert_eq!(world.get(&path(task)).await.status, 404);
    }
    assert_eq!((world.rows().await, world.objects().await), Default::default());
    assert_eq!(world.upload(&waiting, "late.png", bytes("photo.png")).await, 201);
    world.sweep_after(5).await;
    // What comes too late is not kept.
    world.until(async || world.objects().await.is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_on_a_deleted_task_stops_and_leaves_nothing() {
    let gate = Gate::closed().await;
    let world = World::with(|options| options.allow_hosts = gate.host.clone()).await;
    let import = single(&world, gate.import()).await;
    world.at_work(&import).await;
    assert_eq!(world.delete(&path(&import)).await.status, 204);
    world.until(async || world.stack.is_idle().then_some(())).await;
    gate.open();
    world.until(async || world.rows().await.is_empty().then_some(())).await;
    assert!(world.objects().await.is_empty());
}

/// History 1.2: nobody waits for ever for what was deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_input_fails_what_depends_on_it_in_and_outside_of_its_job() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited(), "to": convert("in", "webp") })).await;
    let outside = single(&world, export(task(&job, "in")["id"].clone())).await;
    assert_eq!(world.delete(&path(task(&job, "in"))).await.status, 204);
    let outside = world.ended_task(&outside).await;
    assert_eq!(end(&outside)[..2], ["error", "INPUT_TASK_FAILED"]);
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "error");
    assert_eq!(job["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(end(task(&job, "to"))[1], "INPUT_TASK_FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_ends_in_error_when_a_task_was_deleted_before_it_had_finished() {
    let world = World::new().await;
    let tasks = json!({ "a": raw("# a", "a.md"), "b": awaited(), "c": awaited() });
    let job = world.create(tasks).await;
    world.ended_task(task(&job, "a")).await;
    for name in ["a", "b"] {
        assert_eq!(world.delete(&path(task(&job, name))).await.status, 204);
    }
    world.upload(task(&job, "c"), "photo.png", bytes("photo.png")).await;
    assert_eq!(world.ended(&job).await["status"], "error");
    let job = world.create(json!({ "a": raw("# a", "a.md"), "c": awaited() })).await;
    world.ended_task(task(&job, "a")).await;
    assert_eq!(world.delete(&path(task(&job, "a"))).await.status, 204);
    world.upload(task(&job, "c"), "photo.png", bytes("photo.png")).await;
    assert_eq!(world.ended(&job).await["status"], "finished", "that one had finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_given_out_ends_with_its_input() {
    let world = World::new().await;
    let job = world.ended(&world.picture_job().await).await;
    let address = url(task(&job, "export"), 0).to_owned();
    world.download(&address).await;
    assert_eq!(world.delete(&path(task(&job, "convert"))).await.status, 204);
    assert_eq!(world.http.get(&address).send().await.unwrap().status(), 404);
    let kept = world.ended(&world.picture_job().await).await;
    let address = url(task(&kept, "export"), 0).to_owned();
    assert_eq!(world.delete(&path(task(&kept, "import"))).await.status, 204);
    world.download(&address).await;
    assert_eq!(world.delete(&path(task(&kept, "export"))).await.status, 204);
    assert_eq!(world.http.get(&address).send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_goes_with_all_its_tasks_in_any_state() {
    let gate = Gate::closed().await;
    let world = World::with(|options| options.allow_hosts = gate.host.clone()).await;
    let ended = world.ended(&world.picture_job().await).await;
    let tasks =
        json!({ "slow": gate.import(), "up": awaited(), "out": export(json!(["slow", "up"])) });
    let open = world.create(tasks).await;
    world.upload(task(&open, "up"), "photo.png", bytes("photo.png")).await;
    world.at_work(task(&open, "slow")).await;
    for job in [&ended, &open] {
        assert_eq!(world.delete(&job_path(job)).await.status, 204);
        assert_eq!(world.delete(&job_path(job)).await.status, 404, "the second time");
        assert_eq!(world.get(&job_path(job)).await.status, 404);
        for task in job["tasks"].as_array().unwrap() {
            assert_eq!(world.get(&path(task)).await.status, 404);
        }
    }
    assert_eq!(world.get("/jobs").await.json()["data"], json!([]));
    assert_eq!(world.get("/tasks").await.json()["data"], json!([]));
    world.until(async || world.rows().await.is_empty().then_some(())).await;
    assert!(world.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_left_of_a_deleted_job_goes_with_the_sweep() {
    let world = World::new().await;
    let job = world.ended(&world.picture_job().await).await;
    let settler = world.settler();
    let id = text(&job["id"]).parse().unwrap();
    let row = settler.store.job(id).await.unwrap().unwrap();
    settler.store.discard_job(&row).await.unwrap();
    assert_eq!(world.get(&job_path(&job)).await.status, 404);
    world.sweep_after(1).await;
    assert_eq!((world.rows().await, world.objects().await), Default::default());
}
