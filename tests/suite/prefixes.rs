//! The prefixes that unmodified node and php clients make of a region that is our address.

use serde_json::{Value, json};

use crate::harness::{Answer, World, task, text};
use crate::tasks::{awaited, export, path, raw};

const API: &str = "/.api.cloudconvert.com/v2";
const SYNC: &str = "/.sync.api.cloudconvert.com/v2";

fn origin(world: &World) -> &str {
    world.stack.endpoints.api.trim_end_matches("/v2")
}

async fn get(world: &World, path: &str) -> Answer {
    let request = world.http.get(format!("{}{path}", origin(world)));
    let request = request.bearer_auth(&world.stack.endpoints.api_key);
    Answer::of(request.send().await.unwrap()).await
}

async fn post(world: &World, path: &str, body: &Value) -> Answer {
    let request = world.http.post(format!("{}{path}", origin(world))).json(body);
    let request = request.bearer_auth(&world.stack.endpoints.api_key);
    Answer::of(request.send().await.unwrap()).await
}

fn tasks() -> Value {
    json!({ "in": raw("text", "a.txt"), "out": export("in") })
}

#[track_caller]
fn location(answer: &Answer) -> &str {
    answer.headers["location"].to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_api_is_there_under_the_prefix() {
    let world = World::new().await;
    let created = post(&world, &format!("{API}/jobs"), &json!({ "tasks": tasks() })).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let job = text(&created.data()["id"]).to_owned();
    let single = post(&world, &format!("{API}/import/raw"), &raw("text", "a.txt")).await;
    assert_eq!(single.status, 201, "{}", single.text);
    let waited = get(&world, &format!("{API}/jobs/{job}/wait")).await;
    for shown in [format!("/jobs/{job}"), path(&single.data())] {
        let answer = get(&world, &format!("{API}{shown}")).await;
        assert_eq!((answer.status, answer.data()), (200, world.get(&shown).await.data()));
        let own = json!(format!("{}{shown}", world.stack.endpoints.api));
        assert_eq!(answer.data()["links"]["self"], own);
        assert_eq!(get(&world, &format!("{API}{shown}/wait")).await.data(), answer.data());
    }
    let url = text(&task(&waited.data(), "out")["result"]["files"][0]["url"]).to_owned();
    assert!(url.starts_with(&format!("{}/files/", origin(&world))), "{url}");
    assert_eq!(world.download(&url).await, b"text");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_posted_to_the_synchronous_prefix_is_waited_for_by_redirection() {
    let world = World::new().await;
    for (query, body, kept) in [
        ("", json!({ "tasks": tasks() }), ""),
        ("", json!({ "tasks": tasks(), "redirect": true }), "?redirect=true"),
        ("?redirect=true", json!({ "tasks": tasks() }), "?redirect=true"),
    ] {
        let created = post(&world, &format!("{SYNC}/jobs{query}"), &body).await;
        let job = created.data();
        assert_eq!(created.status, 303, "{}", created.text);
        assert_eq!(location(&created), format!("{SYNC}/jobs/{}{kept}", text(&job["id"])));
        assert_eq!(job["tasks"].as_array().unwrap().len(), 2);
        let shown = get(&world, &format!("{SYNC}/jobs/{}", text(&job["id"]))).await;
        assert_eq!((shown.status, &shown.data()["status"]), (200, &json!("finished")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_on_the_synchronous_prefix_stays_there() {
    let world = World::new().await;
    let job = world.create(json!({ "in": awaited() })).await;
    for shown in [format!("/jobs/{}", text(&job["id"])), path(&job["tasks"][0])] {
        let address = format!("{SYNC}{shown}?redirect=true");
        let wait = get(&world, &address);
        tokio::pin!(wait);
        let answer = loop {
            tokio::select! {
                answer = &mut wait => break answer,
                () = tokio::time::sleep(std::time::Duration::from_millis(20)) => {
                    world.clock.advance(std::time::Duration::from_secs(5));
                }
            }
        };
        assert_eq!((answer.status, location(&answer)), (307, format!("{address}&hop=1").as_str()));
        assert_eq!(answer.data()["status"], "waiting");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_waits_is_under_the_synchronous_prefix() {
    let world = World::new().await;
    for path in ["/import/raw", "/tasks"] {
        let answer = post(&world, &format!("{SYNC}{path}"), &raw("text", "a.txt")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("NOT_FOUND")));
    }
}
