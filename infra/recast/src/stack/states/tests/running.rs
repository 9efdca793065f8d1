use futures::future;
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn execution_runs_to_its_end() {
    let bench = Bench::open(None, &machine(), done);
    let (description, calls) = bench.run(input()).await;
    assert_eq!(calls, [("run-task".to_owned(), json!({ "task": "t1", "attempt": 0 }))]);
    assert_eq!(description["status"], "SUCCEEDED");
    assert_eq!(description["name"], "one");
    assert_eq!(description["stateMachineArn"], TASK);
    assert_eq!(description["input"], input().to_string());
    assert_eq!(description["output"], input().to_string());
    assert!(description["startDate"].as_f64().unwrap() > 1.7e9, "{description}");
    assert!(seconds(&description) >= 0.0, "{description}");
}

#[tokio::test]
async fn result_is_what_lambda_invoke_gives() {
    let mut machine = machine();
    machine["States"]["Run"]["ResultPath"] = json!("$.result");
    let bench = Bench::open(None, &machine, done);
    let (description, _) = bench.run(input()).await;
    let output: Value = serde_json::from_str(description["output"].as_str().unwrap()).unwrap();
    let result = json!({ "ExecutedVersion": "$LATEST", "Payload": "done", "StatusCode": 200 });
    assert_eq!(output["result"], result);
}

#[tokio::test]
async fn context_object_tells_where_the_execution_is() {
    let mut machine = machine();
    machine["States"]["Run"]["Parameters"]["Payload"] = json!({
        "id.$": "$$.Execution.Id", "name.$": "$$.Execution.Name", "input.$": "$$.Execution.Input",
        "state.$": "$$.State.Name", "machine.$": "$$.StateMachine.Id",
        "machine_name.$": "$$.StateMachine.Name", "started.$": "$$.Execution.StartTime",
        "entered.$": "$$.State.EnteredTime" });
    let bench = Bench::open(None, &machine, done);
    let (_, calls) = bench.run(input()).await;
    let payload = &calls[0].1;
    assert_eq!(payload["id"], States::execution_arn("task", "one"));
    assert_eq!(payload["name"], "one");
    assert_eq!(payload["input"], input());
    assert_eq!(payload["state"], "Run");
    assert_eq!(payload["machine"], TASK);
    assert_eq!(payload["machine_name"], "task");
    for time in ["started", "entered"] {
        let text = payload[time].as_str().unwrap();
        assert_eq!(text.len(), "2026-01-01T00:00:00.000Z".len(), "{text}");
        text.parse::<jiff::Timestamp>().unwrap();
    }
}

#[tokio::test]
async fn nothing_catches_a_path_to_nowhere_or_too_much_data() {
    let check = async |input: Value, answer: Value, error: &str, calls: usize| {
        let bench = Bench::open(None, &machine(), move |_, _| now(Ok(answer.clone())));
        let (description, called) = bench.run(input).await;
        assert_eq!(description["status"], "FAILED", "{error}");
        assert_eq!(description["error"], error);
        assert_eq!(called.len(), calls, "{error}");
    };
    check(json!({ "runner": "run-task" }), json!({}), "States.Runtime", 0).await;
    check(json!({ "runner": 1, "task": "t" }), json!({}), "States.Runtime", 0).await;
    check(json!(null), json!({}), "States.Runtime", 0).await;
    let much = json!("x".repeat(262_144));
    check(input(), much, "States.DataLimitExceeded", 1).await;
}

#[tokio::test]
async fn execution_that_takes_too_long_is_timed_out() {
    let mut machine = machine();
    machine["TimeoutSeconds"] = json!(60);
    let bench = Bench::open(None, &machine, never);
    bench.start("one", &input()).await;
    bench.calls(1).await;
    bench.pass_time(Duration::from_secs(10)).await;
    let description = bench.describe("one").await;
    assert_eq!(description["status"], "TIMED_OUT");
    assert_eq!(description["error"], "States.Timeout");
    assert_eq!(bench.calls(0).await.len(), 1, "a machine's timeout is not caught");
}

#[tokio::test]
async fn waits_take_their_time() {
    let check = async |wait: Value, input: Value, expected: Option<f64>| {
        let machine = json!({ "StartAt": "Wait", "States": {
            "Wait": wait, "Done": { "Type": "Succeed" } } });
        let bench = Bench::open(None, &machine, done);
        let (description, _) = bench.run(input.clone()).await;
        let Some(expected) = expected else {
            assert_eq!(description["error"], "States.Runtime", "{input}");
            return;
        };
        assert_eq!(description["output"], input.to_string());
        assert!((expected..expected + 60.0).contains(&seconds(&description)), "{description}");
    };
    let hour = json!({ "Type": "Wait", "Seconds": 3600, "Next": "Done" });
    check(hour, json!({}), Some(3600.0)).await;
    check(json!({ "Type": "Wait", "Seconds": 0, "End": true }), json!({}), Some(0.0)).await;
    let path = json!({ "Type": "Wait", "SecondsPath": "$.delay", "Next": "Done" });
    check(path.clone(), json!({ "delay": 120 }), Some(120.0)).await;
    check(path.clone(), json!({ "delay": -1 }), None).await;
    check(path, json!({}), None).await;
}

#[tokio::test]
async fn fail_state_fails_the_execution() {
    let machine = json!({ "StartAt": "F", "States": {
        "F": { "Type": "Fail", "Error": "E", "Cause": "c" } } });
    let (description, _) = Bench::open(None, &machine, done).run(json!({})).await;
    assert_eq!(description["status"], "FAILED");
    assert_eq!((&description["error"], &description["cause"]), (&json!("E"), &json!("c")));
}

#[tokio::test]
async fn thousand_executions_run_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let (release, _ended, slow) = gated(Ok(json!({})));
    let bench = Bench::open(Some(directory.path()), &machine(), slow);
    let names: Vec<String> = (0..1000).map(|index| format!("task-{index}")).collect();
    let input = input();
    future::join_all(names.iter().map(|name| bench.start(name, &input))).await;
    bench.calls(1000).await;
    assert_eq!(bench.states.open_executions(), 1000);
    release.send_replace(true);
    bench.idle().await;
    bench.states.shutdown().await;
    let bench = Bench::open(Some(directory.path()), &machine(), done);
    assert_eq!(bench.states.open_executions(), 0);
    for name in &names {
        assert_eq!(bench.describe(name).await["status"], "SUCCEEDED");
    }
}
