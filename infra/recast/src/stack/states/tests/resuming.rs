use std::fs;

use futures::future;
use serde_json::json;

use super::*;

#[tokio::test]
async fn open_execution_is_resumed_with_the_next_attempt() {
    let directory = tempfile::tempdir().unwrap();
    let bench = Bench::open(Some(directory.path()), &machine(), never);
    let started = bench.start("one", &input()).await;
    bench.calls(1).await;
    bench.states.shutdown().await;

    let bench = Bench::open(Some(directory.path()), &machine(), done);
    assert_eq!(bench.states.open_executions(), 1);
    assert_eq!(bench.describe("one").await["status"], "RUNNING");
    bench.states.resume();
    bench.states.resume();
    bench.idle().await;
    assert_eq!(attempts(&bench.calls(0).await), [1]);
    let description = bench.describe("one").await;
    assert_eq!(description["status"], "SUCCEEDED");
    assert_eq!(description["startDate"], started["startDate"]);
    bench.states.shutdown().await;

    let bench = Bench::open(Some(directory.path()), &machine(), done);
    bench.states.resume();
    assert_eq!(bench.describe("one").await, description, "its end is remembered");
    assert_eq!(bench.calls(0).await.len(), 0);
    let same = json!({ "stateMachineArn": TASK, "name": "one", "input": input().to_string() });
    assert_eq!(bench.refused("StartExecution", same).await, "ExecutionAlreadyExists");
}

#[tokio::test]
async fn killed_process_is_resumed_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let failing = |before: usize, (function, _): &Call| match (function.as_str(), before) {
        ("run-task", 0..2) => now(error("Lambda.TooManyRequestsException")),
        ("run-task", _) => now(error("Broken")),
        _ => future::pending().boxed(),
    };
    let bench = Bench::open(Some(directory.path()), &machine(), failing);
    bench.start("one", &input()).await;
    while bench.calls(0).await.len() < 4 {
        bench.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    // What a durable record covers has reached the file before it: here is all that a kill leaves.
    bench.start("two", &input()).await;
    let killed = tempfile::tempdir().unwrap();
    let journal = fs::read(directory.path().join("executions.jsonl")).unwrap();
    let torn = &journal[..journal.len() - 1];
    fs::write(killed.path().join("executions.jsonl"), torn).unwrap();

    let bench = Bench::open(Some(killed.path()), &machine(), done);
    bench.states.resume();
    bench.idle().await;
    let calls = bench.calls(1).await;
    let fail = calls.iter().find(|(function, _)| function == "fail-task").unwrap();
    assert_eq!(fail.1["error"]["Error"], "Broken");
    assert_eq!(bench.describe("one").await["status"], "SUCCEEDED");
}

#[tokio::test]
async fn retriers_are_not_refilled_by_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let failing = |before: usize, _: &Call| match before {
        0 => now(error("Lambda.Unknown")),
        _ => future::pending().boxed(),
    };
    let bench = Bench::open(Some(directory.path()), &machine(), failing);
    bench.start("one", &input()).await;
    while bench.calls(0).await.len() < 2 {
        bench.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    bench.states.shutdown().await;

    let failing = |_: usize, (function, _): &Call| match function.as_str() {
        "run-task" => now(error("Lambda.Unknown")),
        _ => now(Ok(json!({}))),
    };
    let bench = Bench::open(Some(directory.path()), &machine(), failing);
    bench.states.resume();
    bench.pass_time(Duration::from_secs(1)).await;
    assert_eq!(attempts(&bench.calls(0).await), [2, 3]);
}

#[tokio::test]
async fn wait_goes_on_from_when_it_began() {
    let directory = tempfile::tempdir().unwrap();
    let machine = json!({ "StartAt": "Wait", "States": {
        "Wait": { "Type": "Wait", "Seconds": 3600, "End": true } } });
    let bench = Bench::open(Some(directory.path()), &machine, done);
    bench.start("one", &json!({})).await;
    bench.states.shutdown().await;
    let bench = Bench::open(Some(directory.path()), &machine, done);
    bench.clock.advance(Duration::from_secs(3600));
    bench.states.resume();
    bench.idle().await;
    assert_eq!(bench.describe("one").await["status"], "SUCCEEDED");
}

#[tokio::test]
async fn time_limit_goes_on_from_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut machine = machine();
    machine["TimeoutSeconds"] = json!(60);
    let bench = Bench::open(Some(directory.path()), &machine, never);
    bench.start("one", &input()).await;
    bench.states.shutdown().await;
    let bench = Bench::open(Some(directory.path()), &machine, never);
    bench.clock.advance(Duration::from_secs(60));
    bench.states.resume();
    bench.idle().await;
    assert_eq!(bench.describe("one").await["status"], "TIMED_OUT");
}

#[tokio::test]
async fn execution_of_a_state_that_is_gone_fails() {
    let directory = tempfile::tempdir().unwrap();
    let bench = Bench::open(Some(directory.path()), &machine(), never);
    bench.start("one", &input()).await;
    bench.calls(1).await;
    bench.states.shutdown().await;
    let other = json!({ "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } });
    let bench = Bench::open(Some(directory.path()), &other, done);
    bench.states.resume();
    bench.idle().await;
    assert_eq!(bench.describe("one").await["error"], "States.Runtime");
}

#[tokio::test]
async fn nothing_starts_after_shutdown() {
    let directory = tempfile::tempdir().unwrap();
    for journal in [None, Some(directory.path())] {
        let bench = Bench::open(journal, &machine(), done);
        bench.states.shutdown().await;
        let body = json!({ "stateMachineArn": TASK, "name": "one" });
        let (status, answer) = bench.call("StartExecution", body).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer["__type"], "InternalFailure");
        assert_eq!(bench.states.open_executions(), 0);
    }
}
