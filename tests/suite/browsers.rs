//! What a browser is told before it lets a page of another origin at the API.

use reqwest::{Method, RequestBuilder};

use crate::harness::{Answer, World};
use crate::tasks::{path, raw, single};

const PAGE: &str = "https://app.example";

/// What any page may do with the API.
const HEADERS: &str = "authorization,content-type,idempotency-key,user-agent,x-requested-with";

async fn from_page(request: RequestBuilder) -> Answer {
    Answer::of(request.header("origin", PAGE).send().await.unwrap()).await
}

/// Asks as a browser does before it sends what a page of another origin wants it to.
async fn preflight(world: &World, url: &str, method: &str) -> Answer {
    let request = world.http.request(Method::OPTIONS, url);
    let request = request.header("access-control-request-method", method);
    from_page(request.header("access-control-request-headers", "authorization")).await
}

#[track_caller]
fn told<'a>(answer: &'a Answer, header: &str) -> Vec<&'a str> {
    answer.headers.get_all(header).iter().map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn preflights_need_no_key() {
    let world = World::new().await;
    let (api, sync) = (&world.stack.endpoints.api, &world.stack.endpoints.sync);
    for (url, status, methods) in [
        (format!("{api}/jobs"), 204, "GET,POST,DELETE,OPTIONS"),
        (format!("{api}/nothing"), 204, "GET,POST,DELETE,OPTIONS"),
        (format!("{sync}/jobs"), 200, "GET,POST,DELETE"),
    ] {
        let answer = preflight(&world, &url, "POST").await;
        assert_eq!((answer.status, answer.text.as_str()), (status, ""), "{url}");
        assert_eq!(told(&answer, "access-control-allow-origin"), ["*"]);
        assert_eq!(told(&answer, "access-control-allow-methods"), [methods]);
        assert_eq!(told(&answer, "access-control-allow-headers"), [HEADERS]);
        assert_eq!(told(&answer, "access-control-max-age"), ["3600"]);
    }
    assert!(world.wire.calls().is_empty(), "no function was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_read_answers_and_refusals() {
    let world = World::new().await;
    let import = single(&world, raw("text", "a.txt")).await;
    for base in [&world.stack.endpoints.api, &world.stack.endpoints.sync] {
        let request = world.http.get(format!("{base}{}", path(&import)));
        let refused = from_page(request.try_clone().unwrap()).await;
        let shown = from_page(request.bearer_auth(&world.stack.endpoints.api_key)).await;
        assert_eq!((refused.status, shown.status), (401, 200), "{base}");
        for answer in [refused, shown] {
            assert_eq!(told(&answer, "access-control-allow-origin"), ["*"], "{base}");
            let exposed =
                "location,retry-after,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset";
            assert_eq!(told(&answer, "access-control-expose-headers"), [exposed]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_page_is_told_nothing_of_it() {
    let world = World::new().await;
    let options =
        world.http.request(Method::OPTIONS, format!("{}/jobs", world.stack.endpoints.api));
    let asked = Answer::of(options.send().await.unwrap()).await;
    assert_eq!(asked.status, 204);
    for answer in [asked, world.get("/jobs/1").await, world.get_sync("/jobs/1").await] {
        let names = answer.headers.keys().map(|name| name.as_str());
        assert_eq!(names.filter(|name| name.starts_with("access-control")).count(), 0);
    }
}
