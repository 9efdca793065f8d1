use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use aws::Environment;
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::WorkerError;

/// A function with its context, ready to be invoked with events as Lambda has them.
#[derive(Clone)]
pub struct Worker {
    call: Arc<dyn Fn(Value, Context) -> Call + Send + Sync>,
}

type Call = Pin<Box<dyn Future<Output = Result<Value, WorkerError>> + Send>>;

impl Worker {
    /// Joins a function's handler and its context.
    pub fn new<C, E, R, F, Fut>(context: C, handle: F) -> Self
    where
        C: Send + Sync + 'static,
        E: DeserializeOwned,
        R: Serialize,
        F: Fn(Arc<C>, E, Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, WorkerError>> + Send + 'static,
    {
        let context = Arc::new(context);
        let call = move |event: Value, invocation: Context| -> Call {
            match serde_json::from_value(event) {
                Ok(event) => {
                    let handled = handle(Arc::clone(&context), event, invocation);
                    Box::pin(async move { Ok(serde_json::to_value(handled.await?)?) })
                }
                Err(error) => Box::pin(async { Err(WorkerError::InvalidEvent(error)) }),
            }
        };
        Self { call: Arc::new(call) }
    }

    /// Invokes the function once and returns its answer, which is `null` for most.
    ///
    /// # Errors
    ///
    /// What the function's handler says.
    pub async fn invoke(&self, event: Value, invocation: Context) -> Result<Value, WorkerError> {
        let result = (self.call)(event, invocation).await;
        if let Err(error) = &result {
            tracing::error!(error = %error, name = error.name(), "invocation failed");
        }
        result
    }
}

/// Serves invocations until Lambda ends the instance.
///
/// # Errors
///
/// When the Lambda runtime cannot be reached.
pub async fn run(environment: &Environment, worker: Worker) -> Result<(), lambda_runtime::Error> {
    telemetry::init(environment);
    let serve = move |event: LambdaEvent<Value>| {
        let worker = worker.clone();
        async move { worker.invoke(event.payload, event.context).await }
    };
    lambda_runtime::run(service_fn(serve)).await
}
