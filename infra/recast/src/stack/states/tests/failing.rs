use futures::future::FutureExt;
use serde_json::json;

use super::*;

#[tokio::test]
async fn throttled_call_is_tried_again() {
    let throttled = |before: usize, _: &Call| match before {
        0..3 => now(error("Lambda.TooManyRequestsException")),
        _ => now(Ok(json!({}))),
    };
    let bench = Bench::open(None, &machine(), throttled);
    let (description, calls) = bench.run(input()).await;
    assert_eq!(description["status"], "SUCCEEDED");
    assert_eq!(attempts(&calls), [0, 1, 2, 3]);
    assert!(seconds(&description) >= 1.0 + 2.0 + 4.0, "{description}");
}

#[tokio::test]
async fn retry_count_is_of_all_retriers_together() {
    let errors = ["Lambda.Unknown", "Lambda.TooManyRequestsException", "Lambda.Unknown"];
    let failing = move |before: usize, _: &Call| match errors.get(before) {
        Some(name) => now(error(name)),
        None => now(Ok(json!({}))),
    };
    let bench = Bench::open(None, &machine(), failing);
    let (description, calls) = bench.run(input()).await;
    assert_eq!(description["status"], "SUCCEEDED");
    assert_eq!(attempts(&calls), [0, 1, 2, 3]);
}

#[tokio::test]
async fn failure_that_is_not_retried_is_caught() {
    let failing = |_: usize, (function, _): &Call| match function.as_str() {
        "run-task" => now(error("Lambda.Unknown")),
        _ => now(Ok(json!({}))),
    };
    let bench = Bench::open(None, &machine(), failing);
    let (description, calls) = bench.run(input()).await;
    assert_eq!(description["status"], "SUCCEEDED");
    assert_eq!(attempts(&calls), [0, 1, 2]);
    let error = json!({ "Error": "Lambda.Unknown", "Cause": "why" });
    let payload = json!({ "runner": "run-task", "task": "t1", "error": error });
    assert_eq!(calls[3], ("fail-task".to_owned(), payload));
}

#[tokio::test]
async fn failure_that_nothing_catches_fails_the_execution() {
    let failing = |_: usize, _: &Call| now(error("Broken"));
    let bench = Bench::open(None, &machine(), failing);
    let (description, calls) = bench.run(input()).await;
    assert_eq!(calls.len(), 2);
    assert_eq!(description["status"], "FAILED");
    assert_eq!(description["error"], "Broken");
    assert_eq!(description["cause"], "why");
    assert_eq!(description.get("output"), None);
}

#[tokio::test]
async fn function_that_panics_is_an_unknown_failure() {
    let panicking = |_: usize, (function, _): &Call| match function.as_str() {
        "run-task" => async { panic!("on purpose") }.boxed(),
        _ => now(Ok(json!({}))),
    };
    let bench = Bench::open(None, &machine(), panicking);
    let (description, calls) = bench.run(input()).await;
    assert_eq!(description["status"], "SUCCEEDED");
    assert_eq!(calls[3].1["error"]["Error"], "Lambda.Unknown");
}

#[tokio::test]
async fn call_that_takes_too_long_is_a_timeout_and_goes_on() {
    let (release, mut ended, slow) = gated(Ok(json!({})));
    let runs_on = move |before: usize, call: &Call| match call.0.as_str() {
        "run-task" => slow(before, call),
        _ => now(Ok(json!({}))),
    };
    let bench = Bench::open(None, &machine(), runs_on);
    bench.start("one", &input()).await;
    bench.calls(1).await;
    bench.pass_time(Duration::from_secs(100)).await;
    let calls = bench.calls(2).await;
    let timeout = json!({ "Error": "States.Timeout", "Cause": "" });
    assert_eq!(calls[1].1["error"], timeout);
    let description = bench.describe("one").await;
    assert!(seconds(&description) >= 900.0, "{description}");
    assert!(!*ended.borrow(), "the call is still running");
    release.send_replace(true);
    ended.wait_for(|ended| *ended).await.unwrap();
}

#[tokio::test]
async fn timeout_that_nothing_catches_fails_the_execution() {
    let mut machine = machine();
    machine["States"]["Run"]["Catch"] = json!([]);
    let bench = Bench::open(None, &machine, never);
    bench.start("one", &input()).await;
    bench.pass_time(Duration::from_secs(100)).await;
    let description = bench.describe("one").await;
    assert_eq!(description["status"], "FAILED");
    assert_eq!(description["error"], "States.Timeout");
    assert_eq!(description.get("cause"), None);
}
