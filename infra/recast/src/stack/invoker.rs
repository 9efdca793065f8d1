use std::sync::Arc;
use std::time::Duration;

use ambient::Clock;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use lambda_http::request::LambdaRequest;
use serde_json::Value;
use tokio::sync::Semaphore;
use worker::{Invocation, WorkerError};

use super::functions::Functions;
use super::names::{STACK, function_arn, function_name};
use super::states::{Invoke, InvokeError};

/// Lambda: calls functions by name, so many at once.
#[derive(Clone)]
pub(crate) struct Invoker {
    functions: Arc<Functions>,
    clock: Clock,
    free: Arc<Semaphore>,
    /// For functions that functions call and wait for: with one room for both, callers could fill it and wait for ever.
    free_for_calls: Arc<Semaphore>,
    concurrency: usize,
}

impl Invoker {
    pub(crate) fn new(functions: Arc<Functions>, clock: Clock, concurrency: usize) -> Self {
        let room = || Arc::new(Semaphore::new(concurrency));
        Self { functions, clock, free: room(), free_for_calls: room(), concurrency }
    }

    /// Returns whether no worker is at work.
    pub(crate) fn is_idle(&self) -> bool {
        [&self.free, &self.free_for_calls]
            .iter()
            .all(|room| room.available_permits() == self.concurrency)
    }

    /// Makes what a function is told of its invocation.
    pub(crate) fn invocation(&self, binary: &str) -> Invocation {
        let timeout =
            self.functions.timeouts.get(binary).copied().unwrap_or(Duration::from_secs(3));
        let timeout = SignedDuration::try_from(timeout).unwrap_or(SignedDuration::ZERO);
        let deadline = self.clock.now().saturating_add(timeout).unwrap_or(jiff::Timestamp::MAX);
        let mut invocation = Invocation::default();
        invocation.deadline = u64::try_from(deadline.as_millisecond()).unwrap_or_default();
        invocation.invoked_function_arn = function_arn(&format!("{STACK}-{binary}"));
        invocation
    }

    /// Calls a function for an event that waits until there is room, and is tried three times, as
    /// Lambda does for the bucket and the schedule.
    pub(crate) async fn deliver(&self, binary: &str, event: Value) {
        for _ in 0..3 {
            let Ok(_room) = self.free.acquire().await else { return };
            // In a task of its own: one that dies is tried again like one that fails.
            let (invoker, binary, event) = (self.clone(), binary.to_owned(), event.clone());
            let called = tokio::spawn(async move { invoker.call(&binary, event).await });
            if let Ok(Ok(_)) = called.await {
                return;
            }
            self.clock.sleep(Duration::from_secs(1)).await;
        }
        tracing::error!(function = binary, "an event was given up");
    }

    /// Calls a function once.
    pub(crate) async fn call(&self, binary: &str, event: Value) -> Result<Value, InvokeError> {
        if let Some(function) = self.functions.http.get(binary) {
            let unread =
                |wrong: serde_json::Error| error("Runtime.UserCodeError", &wrong.to_string());
            let request: LambdaRequest = serde_json::from_value(event).map_err(unread)?;
            let answer = function(request, self.invocation(binary)).await;
            return serde_json::from_str(&answer).map_err(unread);
        }
        let Some(worker) = self.functions.workers.get(binary) else {
            return Err(error("Lambda.ResourceNotFoundException", "there is no such function"));
        };
        let invocation = self.invocation(binary);
        worker
            .invoke(event, invocation)
            .await
            .map_err(|failure: WorkerError| error(failure.name(), &failure.to_string()))
    }

    /// Calls a function for another that waits for its answer.
    pub(crate) async fn call_directly(
        &self,
        function: &str,
        payload: Value,
    ) -> Result<Value, InvokeError> {
        self.call_within(&self.free_for_calls, function, payload).await
    }

    async fn call_within(
        &self,
        room: &Semaphore,
        function: &str,
        payload: Value,
    ) -> Result<Value, InvokeError> {
        let Ok(_room) = room.try_acquire() else {
            return Err(error("Lambda.TooManyRequestsException", "Rate Exceeded."));
        };
        let name = function_name(function);
        let binary =
            name.strip_prefix(STACK).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name);
        self.call(binary, payload).await
    }
}

impl Invoke for Invoker {
    fn invoke<'a>(
        &'a self,
        function: &'a str,
        payload: Value,
    ) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(self.call_within(&self.free, function, payload))
    }
}

fn error(name: &str, cause: &str) -> InvokeError {
    InvokeError { name: name.to_owned(), cause: cause.to_owned() }
}
