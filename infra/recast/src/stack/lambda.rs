use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::invoker::Invoker;
use super::states::InvokeError;

/// Lambda's API, of which there is `Invoke`, and that waits for the answer.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
#[derive(Clone)]
pub(crate) struct Lambda {
    pub(crate) invoker: Invoker,
    pub(crate) stop: CancellationToken,
    pub(crate) running: TaskTracker,
}

impl Lambda {
    pub(crate) fn router(self) -> Router {
        let path = "/2015-03-31/functions/{function}/invocations";
        Router::new().route(path, post(invoke)).with_state(self)
    }
}

/// Calls in a task of its own: a function goes on when its caller hangs up.
async fn invoke(
    State(lambda): State<Lambda>,
    Path(function): Path<String>,
    payload: Bytes,
) -> Response {
    let Ok(payload) = serde_json::from_slice(&payload) else {
        let message = "Could not parse request body into json";
        return refusal(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message);
    };
    let Lambda { invoker, stop, running } = lambda;
    let call = async move { invoker.call_directly(&function, payload).await };
    match running.spawn(async move { stop.run_until_cancelled(call).await }).await {
        Ok(Some(called)) => answer(called),
        Ok(None) | Err(_) => died(&json!({ "errorType": "Runtime.ExitError" })),
    }
}

fn answer(called: Result<Value, InvokeError>) -> Response {
    let error = match called {
        Ok(answer) => return Json(answer).into_response(),
        Err(error) => error,
    };
    match error.name.strip_prefix("Lambda.") {
        Some(name @ "TooManyRequestsException") => {
            refusal(StatusCode::TOO_MANY_REQUESTS, name, &error.cause)
        }
        Some(name) => refusal(StatusCode::NOT_FOUND, name, &error.cause),
        None => died(&json!({ "errorType": error.name, "errorMessage": error.cause })),
    }
}

/// A function that failed is answered like one that did not, but for a header.
fn died(error: &Value) -> Response {
    ([("x-amz-function-error", "Unhandled")], Json(error)).into_response()
}

fn refusal(status: StatusCode, name: &str, message: &str) -> Response {
    let body = Json(json!({ "Type": "User", "message": message }));
    (status, [("x-amzn-errortype", name)], body).into_response()
}
