use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::arn::{self, Id};
use super::record::{End, Outcome};
use super::service::{Refusal, Service};
use super::table::Seen;

/// Returns the service in AWS JSON 1.0: the operation is a header, the rest a JSON body.
pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new().route("/", post(handle)).with_state(service)
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("the body is not what the operation takes: {0}")]
    Serialization(#[from] serde_json::Error),
    #[error("the operation is not known here")]
    UnknownOperation,
    #[error("the operation did not come to an end")]
    Interrupted,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartExecution {
    state_machine_arn: String,
    name: Option<String>,
    input: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeExecution {
    execution_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StopExecution {
    execution_arn: String,
    error: Option<String>,
    cause: Option<String>,
}

/// Answers in a task of its own: a caller that hangs up must not leave a start half done.
async fn handle(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix("AWSStepFunctions."));
    let operation = operation.unwrap_or_default().to_owned();
    let answer = tokio::spawn(async move { answer(&service, &operation, &body).await });
    let answer = answer.await.map_err(|_| Error::Interrupted)??;
    Ok(json_1_0(StatusCode::OK, &answer))
}

async fn answer(service: &Arc<Service>, operation: &str, body: &[u8]) -> Result<Value, Error> {
    match operation {
        "StartExecution" => start(service, parse(body)?).await,
        "DescribeExecution" => describe(service, &parse(body)?),
        "StopExecution" => stop(service, parse(body)?).await,
        _ => Err(Error::UnknownOperation),
    }
}

async fn start(service: &Arc<Service>, request: StartExecution) -> Result<Value, Error> {
    let input = request.input.unwrap_or_else(|| "{}".to_owned());
    let (id, start) = service.start(&request.state_machine_arn, request.name, input).await?;
    Ok(json!({ "executionArn": id.arn(), "startDate": epoch(start.at) }))
}

fn describe(service: &Service, request: &DescribeExecution) -> Result<Value, Error> {
    let (id, seen) = service.describe(&request.execution_arn)?;
    Ok(description(&id, &seen))
}

async fn stop(service: &Service, request: StopExecution) -> Result<Value, Error> {
    let end = service.stop(&request.execution_arn, request.error, request.cause).await?;
    Ok(json!({ "stopDate": epoch(end.at) }))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    Ok(serde_json::from_slice(body)?)
}

fn description(id: &Id, Seen { start, end }: &Seen) -> Value {
    let mut description = json!({
        "executionArn": id.arn(),
        "stateMachineArn": arn::machine(&id.machine),
        "name": id.name,
        "status": "RUNNING",
        "startDate": epoch(start.at),
        "input": start.input,
        "inputDetails": { "included": true },
        "redriveCount": 0,
    });
    if let Some(End { outcome, at }) = end {
        description["stopDate"] = epoch(*at).into();
        describe_outcome(&mut description, outcome);
    }
    description
}

fn describe_outcome(description: &mut Value, outcome: &Outcome) {
    let (status, error, cause) = match outcome {
        Outcome::Succeeded { output } => {
            description["output"] = output.as_str().into();
            description["outputDetails"] = json!({ "included": true });
            ("SUCCEEDED", None, None)
        }
        Outcome::Failed { error, cause } => ("FAILED", Some(error), cause.as_ref()),
        Outcome::TimedOut { error } => ("TIMED_OUT", Some(error), None),
        Outcome::Aborted { error, cause } => ("ABORTED", error.as_ref(), cause.as_ref()),
    };
    description["status"] = status.into();
    // AWS leaves out what is not there.
    for (field, value) in [("error", error), ("cause", cause)] {
        if let Some(value) = value {
            description[field] = value.as_str().into();
        }
    }
}

/// Returns a time as AWS JSON has it: seconds since 1970, with milliseconds as their fraction.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds need 42 of 52 bits until the year 2100"
)]
fn epoch(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

fn json_1_0(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/x-amz-json-1.0")], body.to_string()).into_response()
}

impl Error {
    fn code(&self) -> (StatusCode, &'static str) {
        let code = match self {
            Self::Refused(Refusal::Journal(_)) | Self::Interrupted => {
                return (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure");
            }
            Self::Refused(Refusal::ExecutionAlreadyExists(_)) => "ExecutionAlreadyExists",
            Self::Refused(Refusal::ExecutionDoesNotExist(_)) => "ExecutionDoesNotExist",
            Self::Refused(Refusal::InvalidArn(_)) => "InvalidArn",
            Self::Refused(Refusal::InvalidExecutionInput(_)) => "InvalidExecutionInput",
            Self::Refused(Refusal::InvalidName(_)) => "InvalidName",
            Self::Refused(Refusal::StateMachineDoesNotExist(_)) => "StateMachineDoesNotExist",
            Self::Serialization(_) => "SerializationException",
            Self::UnknownOperation => "UnknownOperationException",
        };
        (StatusCode::BAD_REQUEST, code)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code) = self.code();
        json_1_0(status, &json!({ "__type": code, "message": self.to_string() }))
    }
}
