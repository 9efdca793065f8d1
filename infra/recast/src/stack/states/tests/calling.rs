use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn same_start_of_an_open_execution_is_answered_as_the_first_was() {
    let bench = Bench::open(None, &machine(), never);
    let first = bench.start("one", &input()).await;
    assert_eq!(first["executionArn"], States::execution_arn("task", "one"));
    bench.clock.advance(Duration::from_secs(5));
    assert_eq!(bench.start("one", &input()).await, first);
    bench.calls(1).await;
    assert_eq!(bench.states.open_executions(), 1);
    let other = json!({ "stateMachineArn": TASK, "name": "one", "input": "{}" });
    assert_eq!(bench.refused("StartExecution", other).await, "ExecutionAlreadyExists");
    bench.stop("one").await;
    let same = json!({ "stateMachineArn": TASK, "name": "one", "input": input().to_string() });
    assert_eq!(bench.refused("StartExecution", same).await, "ExecutionAlreadyExists");
    assert_eq!(bench.calls(0).await.len(), 1);
}

#[tokio::test]
async fn start_without_name_or_input_gets_them() {
    let machine = json!({ "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } });
    let bench = Bench::open(None, &machine, done);
    let first = bench.ok("StartExecution", json!({ "stateMachineArn": TASK })).await;
    let second = bench.ok("StartExecution", json!({ "stateMachineArn": TASK })).await;
    assert_ne!(first["executionArn"], second["executionArn"]);
    bench.idle().await;
    let arn = first["executionArn"].clone();
    let description = bench.ok("DescribeExecution", json!({ "executionArn": arn })).await;
    assert_eq!(description["output"], "{}");
}

#[tokio::test]
async fn stopped_execution_is_aborted_and_its_call_unheeded() {
    let (release, mut ended, late) = gated(error("Late"));
    let bench = Bench::open(None, &machine(), late);
    bench.start("one", &input()).await;
    bench.calls(1).await;
    let stopped = bench.stop("one").await;
    assert_eq!(bench.states.open_executions(), 0);
    assert!(!*ended.borrow(), "the call is still running");
    release.send_replace(true);
    ended.wait_for(|ended| *ended).await.unwrap();
    bench.clock.advance(Duration::from_secs(60));
    assert_eq!(bench.stop("one").await, stopped, "it stays as it ended");
    let description = bench.describe("one").await;
    assert_eq!(description["status"], "ABORTED");
    assert_eq!(description["error"], "Cancelled");
    assert_eq!(description["cause"], "by its owner");
    assert_eq!(description["stopDate"], stopped["stopDate"]);
    assert_eq!(bench.calls(0).await.len(), 1);
}

#[tokio::test]
async fn stopping_what_has_succeeded_changes_nothing() {
    let bench = Bench::open(None, &machine(), done);
    let (before, _) = bench.run(input()).await;
    assert_eq!(bench.stop("one").await["stopDate"], before["stopDate"]);
    assert_eq!(bench.describe("one").await, before);
}

#[tokio::test]
async fn requests_that_aws_refuses_are_refused() {
    let bench = Bench::open(None, &machine(), done);
    let check = async |operation: &str, body: Value, expected: &str| {
        assert_eq!(bench.refused(operation, body.clone()).await, expected, "{operation} {body}");
    };
    let start = async |name: &str, input: &str, expected: &str| {
        let body = json!({ "stateMachineArn": TASK, "name": name, "input": input });
        check("StartExecution", body, expected).await;
    };
    start("a b", "{}", "InvalidName").await;
    start("", "{}", "InvalidName").await;
    start(&"x".repeat(81), "{}", "InvalidName").await;
    start("a", "", "InvalidExecutionInput").await;
    start("a", "{} {}", "InvalidExecutionInput").await;
    start("a", &"[".repeat(1000), "InvalidExecutionInput").await;
    start("a", &format!("\"{}\"", "x".repeat(262_143)), "InvalidExecutionInput").await;
    let machine = |arn: &str| json!({ "stateMachineArn": arn });
    check("StartExecution", machine(&States::machine_arn("x")), "StateMachineDoesNotExist").await;
    check("StartExecution", machine(&format!("{TASK}:1")), "StateMachineDoesNotExist").await;
    check("StartExecution", machine("task"), "InvalidArn").await;
    for operation in ["DescribeExecution", "StopExecution"] {
        let unknown = json!({ "executionArn": States::execution_arn("task", "unknown") });
        check(operation, unknown, "ExecutionDoesNotExist").await;
        check(operation, json!({ "executionArn": TASK }), "ExecutionDoesNotExist").await;
        check(operation, json!({ "executionArn": "x" }), "InvalidArn").await;
    }
    check("StartExecution", json!({}), "SerializationException").await;
    check("StartExecution", json!([]), "SerializationException").await;
    check("ListExecutions", json!({}), "UnknownOperationException").await;
    assert_eq!(bench.states.open_executions(), 0);
}

#[tokio::test]
async fn request_without_a_target_is_refused() {
    let bench = Bench::open(None, &machine(), done);
    let request = Request::post("/").body(Body::from("{}")).unwrap();
    let response = bench.states.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn machines_have_names_of_their_own() {
    let open = |names: &[&str]| {
        let text = r#"{"StartAt":"D","States":{"D":{"Type":"Succeed"}}}"#;
        let definition = Definition::parse(text, &BTreeMap::new()).unwrap();
        let machine = |name: &&str| {
            let (name, definition) = ((*name).to_owned(), definition.clone());
            Machine { name, definition }
        };
        let machines = names.iter().map(machine).collect();
        let functions = Functions { calls: watch::Sender::new(Vec::new()), answer: Box::new(done) };
        States::open(None, machines, Arc::new(functions), Clock::system()).map(drop)
    };
    open(&["a", "b"]).unwrap();
    assert!(matches!(open(&["a", "a"]), Err(OpenError::SameName(_))));
    assert!(matches!(open(&["a:1"]), Err(OpenError::MachineName(_))));
}
