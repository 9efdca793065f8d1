//! Whole executions, by the HTTP service: a request goes in, functions are called, and a
//! description comes out.

use std::path::Path;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use futures::future::{self, BoxFuture, FutureExt};
use serde_json::{Value, json};
use tokio::sync::watch;
use tower::ServiceExt;

use super::*;

mod calling;
mod failing;
mod resuming;
mod running;

const TASK: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:task";

/// A call that a function got.
type Call = (String, Value);

/// What a function does with a call; it is told how many came before.
type Answer = dyn Fn(usize, &Call) -> BoxFuture<'static, Result<Value, InvokeError>> + Send + Sync;

struct Functions {
    calls: watch::Sender<Vec<Call>>,
    answer: Box<Answer>,
}

impl Invoke for Functions {
    fn invoke<'a>(
        &'a self,
        function: &'a str,
        payload: Value,
    ) -> BoxFuture<'a, Result<Value, InvokeError>> {
        let call = (function.to_owned(), payload);
        let before = self.calls.borrow().len();
        let answer = (self.answer)(before, &call);
        self.calls.send_modify(|calls| calls.push(call));
        answer
    }
}

/// A service with one machine called `task`.
struct Bench {
    states: States,
    functions: Arc<Functions>,
    clock: Clock,
}

impl Bench {
    fn open(
        journal: Option<&Path>,
        definition: &Value,
        answer: impl Fn(usize, &Call) -> BoxFuture<'static, Result<Value, InvokeError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let definition = Definition::parse(&definition.to_string(), &BTreeMap::new()).unwrap();
        let machine = Machine { name: "task".to_owned(), definition };
        let (calls, answer) = (watch::Sender::new(Vec::new()), Box::new(answer));
        let functions = Arc::new(Functions { calls, answer });
        let (invoke, clock) = (Arc::clone(&functions), Clock::system());
        let journal = journal.map(Path::to_owned);
        let states = States::open(journal, vec![machine], invoke, clock.clone()).unwrap();
        Self { states, functions, clock }
    }

    async fn call(&self, operation: &str, body: Value) -> (StatusCode, Value) {
        let request = Request::post("/")
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AWSStepFunctions.{operation}"))
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.states.router().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn ok(&self, operation: &str, body: Value) -> Value {
        let (status, answer) = self.call(operation, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    async fn refused(&self, operation: &str, body: Value) -> String {
        let (status, answer) = self.call(operation, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
        assert!(answer["message"].is_string(), "{answer}");
        answer["__type"].as_str().unwrap().to_owned()
    }

    async fn start(&self, name: &str, input: &Value) -> Value {
        let input = input.to_string();
        let body = json!({ "stateMachineArn": TASK, "name": name, "input": input });
        self.ok("StartExecution", body).await
    }

    async fn describe(&self, name: &str) -> Value {
        let arn = States::execution_arn("task", name);
        self.ok("DescribeExecution", json!({ "executionArn": arn })).await
    }

    async fn stop(&self, name: &str) -> Value {
        let arn = States::execution_arn("task", name);
        let body = json!({ "executionArn": arn, "error": "Cancelled", "cause": "by its owner" });
        self.ok("StopExecution", body).await
    }

    /// Moves the clock on until no execution is open.
    async fn pass_time(&self, step: Duration) {
        let idle = self.states.idle();
        tokio::pin!(idle);
        // The clock moves only once all that can run has run: a step is not lost on a sleeper that
        // was about to lie down.
        while futures::poll!(&mut idle).is_pending() {
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            self.clock.advance(step);
        }
    }

    /// Waits until no execution is open, with the clock as it is.
    async fn idle(&self) {
        let idle = tokio::time::timeout(Duration::from_secs(30), self.states.idle());
        idle.await.expect("every execution ends without waiting");
    }

    /// Returns the calls once there are so many.
    async fn calls(&self, count: usize) -> Vec<Call> {
        let mut calls = self.functions.calls.subscribe();
        calls.wait_for(|calls| calls.len() >= count).await.unwrap().clone()
    }

    /// Runs one execution to its end and returns its description and the calls it made.
    async fn run(&self, input: Value) -> (Value, Vec<Call>) {
        self.start("one", &input).await;
        self.pass_time(Duration::from_secs(1)).await;
        (self.describe("one").await, self.calls(0).await)
    }
}

fn now(answer: Result<Value, InvokeError>) -> BoxFuture<'static, Result<Value, InvokeError>> {
    future::ready(answer).boxed()
}

fn done(_: usize, _: &Call) -> BoxFuture<'static, Result<Value, InvokeError>> {
    now(Ok(json!("done")))
}

fn never(_: usize, _: &Call) -> BoxFuture<'static, Result<Value, InvokeError>> {
    future::pending().boxed()
}

fn error(name: &str) -> Result<Value, InvokeError> {
    Err(InvokeError { name: name.to_owned(), cause: "why".to_owned() })
}

/// A machine as Recast's own: Run and, when it fails, Fail.
fn machine() -> Value {
    json!({ "StartAt": "Run", "States": {
        "Run": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": { "FunctionName.$": "$.runner", "Payload": {
                "task.$": "$.task", "attempt.$": "$$.State.RetryCount" } },
            "TimeoutSeconds": 900, "ResultPath": null,
            "Retry": [
                { "ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 1,
                  "MaxAttempts": 5, "BackoffRate": 2, "MaxDelaySeconds": 4 },
                { "ErrorEquals": ["Lambda.Unknown"], "MaxAttempts": 2 }],
            "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Fail" }],
            "End": true },
        "Fail": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": { "FunctionName": "fail-task", "Payload.$": "$" },
            "ResultPath": null, "End": true },
    } })
}

fn input() -> Value {
    json!({ "runner": "run-task", "task": "t1" })
}

fn attempts(calls: &[Call]) -> Vec<u64> {
    calls.iter().filter_map(|(_, payload)| payload["attempt"].as_u64()).collect()
}

/// Returns how long an execution took.
fn seconds(description: &Value) -> f64 {
    description["stopDate"].as_f64().unwrap() - description["startDate"].as_f64().unwrap()
}

/// A function that answers every call with `answer` when the sender says so, and then says so.
fn gated(
    answer: Result<Value, InvokeError>,
) -> (watch::Sender<bool>, watch::Receiver<bool>, Box<Answer>) {
    let (release, released) = watch::channel(false);
    let (ended, has_ended) = watch::channel(false);
    let function = move |_: usize, _: &Call| {
        let (mut released, ended, answer) = (released.clone(), ended.clone(), answer.clone());
        let call = async move {
            released.wait_for(|released| *released).await.unwrap();
            ended.send_replace(true);
            answer
        };
        call.boxed()
    };
    (release, has_ended, Box::new(function))
}
