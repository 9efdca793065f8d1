//! Many at once: nothing is lost and nothing is done twice.

use futures::{StreamExt, stream};
use serde_json::{Map, Value, json};

use crate::harness::{World, task, text};
use crate::tasks::{convert, export, hurried, names, raw};

/// Checks that each convert was started once, read its one input once and stored its one result,
/// and that no result was thrown away.
#[track_caller]
fn each_ran_once(world: &World, imports: usize, converts: usize) {
    let count = |operation| world.wire.count(operation);
    assert_eq!(count("StartExecution"), converts);
    assert_eq!(count("GetObject"), converts);
    assert_eq!(count("PutObject"), imports + converts);
    assert_eq!(count("DeleteObjects"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tasks_finish_where_two_may_run_at_once() {
    let world = World::with(|options| options.concurrency = 2).await;
    let page = |n: usize| (format!("page-{n}"), convert("in", "html"));
    let mut tasks: Map<String, Value> = (0..50).map(page).collect();
    tasks.insert("in".to_owned(), raw("# One", "one.md"));
    let job = world.create(tasks.into()).await;
    let job = hurried(&world, text(&job["id"])).await;
    assert_eq!(job["status"], "finished", "{job}");
    for page in 0..50 {
        assert_eq!(names(task(&job, &format!("page-{page}"))), ["one.html"]);
    }
    each_ran_once(&world, 1, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_clients_create_64_jobs_and_none_is_lost() {
    let world = World::new().await;
    let create = async |n: usize| {
        let tasks = json!({
            "in": raw(&format!("# Page {n}"), &format!("{n}.md")),
            "page": convert("in", "html"),
            "out": export("page"),
        });
        world.create(tasks).await
    };
    let jobs: Vec<_> = stream::iter(0..64).map(create).buffered(16).collect().await;
    for (n, job) in jobs.iter().enumerate() {
        let job = hurried(&world, text(&job["id"])).await;
        assert_eq!(job["status"], "finished", "{job}");
        assert_eq!(names(task(&job, "out")), [format!("{n}.html")]);
    }
    let ids: std::collections::HashSet<_> = jobs.iter().map(|job| text(&job["id"])).collect();
    assert_eq!(ids.len(), 64);
    each_ran_once(&world, 64, 64);
}
