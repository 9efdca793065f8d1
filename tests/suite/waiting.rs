//! Waiting for tasks and jobs, behind the gateway and on the synchronous host.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Answer, World, bytes, task, text};
use crate::tasks::{awaited, convert, export, path, picture, raw, single, url};

/// As long as a client behind the gateway is made to wait.
const PATIENCE: Duration = Duration::from_secs(28);

/// Sends a request with the owner's key to a whole address.
async fn get(world: &World, url: &str) -> reqwest::Response {
    let request = world.http.get(url).bearer_auth(&world.stack.endpoints.api_key);
    request.send().await.unwrap()
}

/// Waits until whoever waits has looked that often.
async fn looked(world: &World, times: usize) {
    world.until(async || (world.wire.count("GetItem") >= times).then_some(())).await;
}

/// Follows redirections as clients do, counts them, and returns the last answer.
async fn follow(world: &World, path: &str) -> (usize, Answer) {
    let origin = world.stack.endpoints.api.trim_end_matches("/v2");
    let mut location = format!("/v2{path}");
    for hop in 0.. {
        let answer = Answer::of(get(world, &format!("{origin}{location}")).await).await;
        if answer.status != 307 {
            return (hop, answer);
        }
        answer.headers["location"].to_str().unwrap().clone_into(&mut location);
    }
    unreachable!("a client that never gives up")
}

/// Lets the time of a wait pass, over and over, while it goes on.
async fn while_time_flies<T>(world: &World, by: Duration, wait: impl Future<Output = T>) -> T {
    tokio::pin!(wait);
    loop {
        tokio::select! {
            done = &mut wait => return done,
            () = tokio::time::sleep(Duration::from_millis(20)) => world.clock.advance(by),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_what_has_ended_is_one_look() {
    let world = World::new().await;
    let import = single(&world, raw("text", "a.txt")).await;
    let job = world.create(json!({ "in": raw("text", "a.txt"), "out": export("in") })).await;
    let paths = [path(&import), format!("/jobs/{}", text(&job["id"]))];
    for (shown, call) in paths.iter().zip(["GetItem", "Query"]) {
        let waited = format!("{shown}/wait");
        world.get(&waited).await;
        world.wire.reset();
        let answer = world.get(&waited).await;
        assert_eq!(world.wire.calls(), [call], "{waited}");
        assert_eq!(answer.data(), world.get(shown).await.data());
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_soon_after_the_task() {
    let world = World::new().await;
    let import = single(&world, awaited()).await;
    let convert = single(&world, convert(import["id"].clone(), "webp")).await;
    let waited = format!("{}/wait", path(&convert));
    let upload = async {
        looked(&world, world.wire.count("GetItem") + 5).await;
        assert_eq!(world.upload(&import, "photo.png", bytes("photo.png")).await, 201);
        world.ended_task(&convert).await
    };
    let (answer, ended) = tokio::join!(world.get(&waited), async {
        let ended = upload.await;
        (ended, std::time::Instant::now())
    });
    // The wait was seconds long, so that its looks are half a second apart at most.
    assert!(ended.1.elapsed() < Duration::from_secs(1), "{:?} after the end", ended.1.elapsed());
    assert_eq!((answer.status, answer.data()), (200, ended.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_a_job_looks_at_its_own_row_until_it_has_ended() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited(), "out": export("in") })).await;
    let waited = format!("/jobs/{}/wait", text(&job["id"]));
    world.wire.reset();
    let upload = async {
        looked(&world, 3).await;
        let queries = world.wire.count("Query");
        looked(&world, 8).await;
        assert_eq!(world.wire.count("Query"), queries);
        assert_eq!(world.upload(task(&job, "in"), "a.txt", b"text".to_vec()).await, 201);
    };
    let (answer, ()) = tokio::join!(world.get(&waited), upload);
    assert_eq!((answer.status, &answer.data()["status"]), (200, &json!("finished")));
    assert!(!url(task(&answer.data(), "out"), 0).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_gateway_a_wait_is_redirected_when_its_time_is_up() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited() })).await;
    let task = path(&job["tasks"][0]);
    for shown in [task, format!("/jobs/{}", text(&job["id"]))] {
        let waited = format!("{shown}/wait");
        world.wire.reset();
        let (answer, ()) = tokio::join!(world.get(&waited), async {
            looked(&world, 3).await;
            world.clock.advance(PATIENCE - Duration::from_secs(5));
            looked(&world, world.wire.count("GetItem") + 2).await;
            world.clock.advance(Duration::from_secs(5));
        });
        assert_eq!(answer.status, 307, "{waited}");
        assert_eq!(answer.headers["location"], format!("/v2{waited}?hop=1"));
        let (mut stays, mut comes) = (answer.data(), world.get(&shown).await.data());
        // Each function signs a form with a key of its own.
        for answer in [&mut stays, &mut comes] {
            let task = if answer["tasks"].is_array() { &mut answer["tasks"][0] } else { answer };
            assert!(!task["result"].take().is_null());
        }
        assert_eq!(stays, comes, "as it is, for who stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_follows_gets_the_task_as_it_is_from_the_ninth_wait() {
    let world = World::new().await;
    let import = single(&world, awaited()).await;
    let waited = format!("{}/wait", path(&import));
    let (hops, answer) = while_time_flies(&world, PATIENCE, follow(&world, &waited)).await;
    assert_eq!((hops, answer.status), (8, 200));
    assert_eq!(answer.data()["status"], "waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_follows_gets_the_ended_task() {
    let world = World::new().await;
    let import = single(&world, awaited()).await;
    let waited = format!("{}/wait", path(&import));
    let upload = async {
        for _ in 0..2 {
            let looks = world.wire.count("GetItem");
            looked(&world, looks + 2).await;
            world.clock.advance(PATIENCE + Duration::from_secs(1));
        }
        looked(&world, world.wire.count("GetItem") + 2).await;
        assert_eq!(world.upload(&import, "photo.png", bytes("photo.png")).await, 201);
    };
    let ((hops, answer), ()) = tokio::join!(follow(&world, &waited), upload);
    assert_eq!((hops, answer.status), (2, 200));
    assert_eq!(answer.data()["status"], "finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_host_answers_when_it_has_ended() {
    let world = World::new().await;
    let job = world.picture_job().await;
    let export = path(task(&job, "export"));
    let answer = world.get_sync(&export).await;
    let shown = world.get(&export).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(names_and_status(&answer.data()), names_and_status(&shown.data()));
    let own = &answer.data()["links"]["self"];
    assert_eq!(own, &json!(format!("{}{export}", world.stack.endpoints.sync)));
    let job = world.get_sync(&format!("/jobs/{}", text(&job["id"]))).await;
    assert_eq!((job.status, &job.data()["status"]), (200, &json!("finished")));
    let link = url(&answer.data(), 0).to_owned();
    assert!(link.starts_with(world.stack.endpoints.sync.trim_end_matches("/v2")), "{link}");
    assert!(world.download(&link).await.starts_with(b"RIFF"));
}

fn names_and_status(task: &Value) -> Value {
    json!([task["status"], task["result"]["files"][0]["filename"], task["ended_at"]])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_host_sends_a_space_every_ten_seconds() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited() })).await;
    let import = &job["tasks"][0];
    let sync = &world.stack.endpoints.sync;
    for shown in [path(import), format!("/jobs/{}", text(&job["id"]))] {
        let mut answer = get(&world, &format!("{sync}{shown}")).await;
        assert_eq!(answer.status(), 200, "known before the wait is over");
        let begun = world.clock.now();
        for _ in 0..6 {
            let chunk = while_time_flies(&world, Duration::from_secs(1), answer.chunk()).await;
            assert_eq!(chunk.unwrap().unwrap(), " ");
        }
        let seconds = world.clock.now().duration_since(begun).as_secs();
        assert!((60..90).contains(&seconds), "six spaces in {seconds} seconds");
        if shown.starts_with("/jobs") {
            assert_eq!(world.upload(import, "a.txt", b"text".to_vec()).await, 201);
            let rest = Answer::of(answer).await;
            assert_eq!(rest.json()["data"]["status"], "finished", "{}", rest.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_host_answers_with_what_there_is_when_its_time_is_up() {
    let world = World::new().await;
    let import = single(&world, awaited()).await;
    let shown = path(&import);
    let wait = world.get_sync(&shown);
    let answer = while_time_flies(&world, Duration::from_secs(60), wait).await;
    assert_eq!((answer.status, &answer.data()["status"]), (200, &json!("waiting")));
    assert!(answer.text.starts_with(' '), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_posted_to_the_synchronous_host_is_answered_ended() {
    let world = World::new().await;
    let tasks = json!({ "in": picture(), "webp": convert("in", "webp"), "out": export("webp") });
    let post = world.http.post(format!("{}/jobs", world.stack.endpoints.sync));
    let post = post.bearer_auth(&world.stack.endpoints.api_key).json(&json!({ "tasks": tasks }));
    let answer = Answer::of(post.send().await.unwrap()).await;
    assert_eq!((answer.status, &answer.data()["status"]), (201, &json!("finished")));
    assert!(world.download(url(task(&answer.data(), "out"), 0)).await.starts_with(b"RIFF"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_host_refuses_what_the_api_does() {
    let world = World::new().await;
    let sync = &world.stack.endpoints.sync;
    let id = "0199aaaa-0000-7000-8000-000000000001";
    let job = id.replace("0001", "0000");
    for path in [format!("/tasks/{id}"), format!("/jobs/{job}"), "/tasks/1".to_owned()] {
        let answer = world.get_sync(&path).await;
        let shown = world.get(&path).await;
        assert_eq!((answer.status, &answer.text), (404, &shown.text), "{path}");
    }
    for path in [format!("/tasks/{id}"), format!("/jobs/{job}")] {
        let answer =
            Answer::of(world.http.get(format!("{sync}{path}")).send().await.unwrap()).await;
        let body = r#"{"message":"Unauthenticated.","code":"UNAUTHENTICATED"}"#;
        assert_eq!((answer.status, answer.text.as_str()), (401, body), "{path}");
    }
    let post = world.http.post(format!("{sync}/jobs")).bearer_auth(&world.stack.endpoints.api_key);
    let answer = Answer::of(post.body("{}").send().await.unwrap()).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
}
