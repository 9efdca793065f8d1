//! What each endpoint asks of AWS, call by call: that is what it costs and how long it takes.

use std::time::Instant;

use engines::{CONVERT, Catalogue, Conversion, Format, Progress, Source};
use serde_json::{Value, json};

use crate::harness::{World, bytes, file, isolated, picture_tasks, task, text};

/// Compares the calls of one request, the key being known.
async fn check(world: &World, request: impl Future<Output = Value>, expect: &[&str]) -> Value {
    world.wire.reset();
    let answer = request.await;
    assert_eq!(world.wire.calls(), expect);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_makes_the_calls_it_must() {
    let world = World::new().await;
    let get = async |path: String| world.get(&path).await.data();
    let post = async |path: &str, body: Value| world.post(path, &body).await.data();
    let tasks = json!({ "tasks": picture_tasks() });
    post("/jobs", tasks.clone()).await;
    let job = check(&world, post("/jobs", tasks), &["Query", "TransactWriteItems"]).await;
    let (id, import) = (text(&job["id"]).to_owned(), task(&job, "import").clone());
    get(format!("/jobs/{id}")).await;
    check(&world, get(format!("/jobs/{id}")), &["Query"]).await;
    let upload = text(&import["id"]).to_owned();
    get(format!("/tasks/{upload}")).await;
    check(&world, get(format!("/tasks/{upload}")), &["GetItem"]).await;
    world.upload(&import, "photo.png", bytes("photo.png")).await;
    let job = world.ended(&job).await;
    world.stack.states.idle().await;
    get(format!("/tasks/{upload}/wait")).await;
    check(&world, get(format!("/tasks/{upload}/wait")), &["GetItem"]).await;
    get(format!("/jobs/{id}/wait")).await;
    check(&world, get(format!("/jobs/{id}/wait")), &["Query"]).await;
    let url = text(&task(&job, "export")["result"]["files"][0]["url"]).to_owned();
    let download =
        async || Value::from(world.http.get(&url).send().await.unwrap().status().as_u16());
    check(&world, download(), &["GetItem", "HeadObject"]).await;
    let single = json!({ "input": import["id"], "output_format": "jpg" });
    post("/import/upload", json!({})).await;
    check(&world, post("/import/upload", json!({})), &["PutItem"]).await;
    let convert = post("/convert", single).await;
    let begun: Vec<_> = world.wire.calls().into_iter().take(5).collect();
    assert_eq!(begun, ["PutItem", "BatchGetItem", "PutItem", "PutItem", "BatchGetItem"]);
    world.ended_task(&convert).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_job_is_looked_for_once_in_each_place_that_it_may_have() {
    let world = World::new().await;
    let job = world.ended(&world.picture_job().await).await;
    world.stack.states.idle().await;
    world.sweep_after(30).await;
    world.wire.reset();
    world.sweep_after(25 * 60).await;
    assert_eq!(world.rows().await.len(), 0, "{job}");
    // Three tasks, an upload, and what is beside a job.
    assert_eq!(world.wire.count("ListObjectsV2"), 5);
    assert_eq!(world.wire.count("DeleteObjects"), 2);
}

/// Not a test but a measurement: `cargo test -p suite overhead -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and holds nothing to it"]
async fn overhead_of_a_job_over_its_engine() {
    const RUNS: usize = 21;
    let world = World::new().await;
    let (mut jobs, mut engines) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let begun = Instant::now();
        let job = world.picture_job().await;
        let job =
            world.http.get(format!("{}/jobs/{}", world.stack.endpoints.sync, text(&job["id"])));
        let job = job.bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap();
        assert!(job.text().await.unwrap().contains("finished"));
        jobs.push(begun.elapsed());
        let directory = tempfile::tempdir().unwrap();
        let conversion = Conversion {
            operation: CONVERT.into(),
            sources: vec![Source {
                path: file("photo.png"),
                name: "photo.png".into(),
                task: "given".into(),
                format: Format::PNG,
            }],
            output_format: Format::WEBP,
            options: serde_json::Map::new(),
            directory: directory.path().to_owned(),
            engine: None,
        };
        let begun = Instant::now();
        isolated(Catalogue::embedded()).convert(conversion, &Progress::default()).await.unwrap();
        engines.push(begun.elapsed());
    }
    jobs.sort();
    engines.sort();
    println!("job {:?}, engine alone {:?} (medians of {RUNS})", jobs[RUNS / 2], engines[RUNS / 2]);
}
