//! Answers that come when something has ended, or lead to it.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Answer, World, text};
use crate::requests::tidy;
use crate::tasks::{awaited, path, raw, single};

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_is_not_over_is_answered_so() {
    let world = World::new().await;
    let upload = single(&world, awaited()).await;
    let wait = format!("{}/wait?hop=8", path(&upload));
    let answer = waited(&world, &wait).await;
    assert_eq!((answer.status, &answer.data()["status"]), (200, &json!("waiting")));
    let job = world.create(json!({ "in": awaited() })).await;
    let wait = format!("/jobs/{}/wait?include=payload", text(&job["id"]));
    let answer = waited(&world, &wait).await;
    assert_eq!((answer.status, &answer.json()["data"]["id"]), (307, &job["id"]));
    let body = answer.json();
    let tasks = body["data"]["tasks"].as_array().unwrap();
    assert_eq!((tasks.len(), &tasks[0]["payload"]), (1, &json!({})), "the job as it is");
    let location = answer.headers["location"].to_str().unwrap();
    assert!(
        location.starts_with("/v2/jobs/") && location.contains("include=payload"),
        "{location}"
    );
    assert!(location.contains("hop=1"), "{location}");
}

/// Asks for a wait while half a minute passes.
async fn waited(world: &World, path: &str) -> Answer {
    let passing = async {
        for _ in 0..30 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            world.clock.advance(Duration::from_secs(1));
        }
    };
    futures::join!(world.get(path), passing).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_with_redirect_leads_to_its_file() {
    let world = World::new().await;
    let tasks = json!({ "in": raw("# Hello", "a.md"), "out": crate::tasks::export("in") });
    let body = json!({ "tasks": tasks, "redirect": true });
    let request = world.http.post(format!("{}/jobs", world.stack.endpoints.sync)).json(&body);
    let led = request.bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap();
    assert_eq!(led.status(), 302);
    let address = led.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(world.download(&address).await, b"# Hello");
    let job = world.get("/jobs").await.json()["data"][0]["id"].clone();
    for (host, expect) in [(&world.stack.endpoints.api, 302), (&world.stack.endpoints.sync, 302)] {
        let get = world.http.get(format!("{host}/jobs/{}?redirect=true", text(&job)));
        let led = get.bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap();
        assert_eq!(led.status(), expect, "{host}");
    }
    let nothing = world.create(json!({ "in": awaited() })).await;
    let shown = world.get(&format!("/jobs/{}?redirect=true", text(&nothing["id"]))).await;
    assert_eq!(shown.status, 200, "there is no file yet");
    let refused = json!({ "tasks": { "in": awaited() }, "redirect": true });
    insta::assert_snapshot!(tidy(&world, &world.post("/jobs", &refused).await), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "redirect": [
          "The redirect needs an export/url task."
        ]
      }
    }
    "#);
}
