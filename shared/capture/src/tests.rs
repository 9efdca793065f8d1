use aws_sdk_lambda::primitives::{Blob, SdkBody};
use aws_sdk_lambda::types::error::{ServiceException, TooManyRequestsException};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse as Response;
use aws_smithy_runtime_api::http::StatusCode;
use serde_json::json;

use super::*;

fn output(payload: &str, error: Option<&str>) -> InvokeOutput {
    let output = InvokeOutput::builder().payload(Blob::new(payload));
    output.set_function_error(error.map(ToOwned::to_owned)).build()
}

#[test]
fn an_answer_is_what_the_function_says() {
    let file = json!({ "name": "a.pdf", "size": 1, "key": "b", "etag": "c" });
    let said = json!({ "stored": { "file": file, "engine": ["chrome", "1"], "log": [] } });
    let stored = Captured::Stored {
        file: serde_json::from_value(file).unwrap(),
        engine: ("chrome".to_owned(), "1".to_owned()),
        log: Vec::new(),
    };
    assert_eq!(answer(&output(&said.to_string(), None)).unwrap(), stored);
}

#[test]
fn a_function_that_died_has_not_answered() {
    let died = answer(&output("{\"errorType\":\"Runtime.ExitError\"}", Some("Unhandled")));
    assert!(died.unwrap_err().to_string().contains("Runtime.ExitError"));
    assert!(matches!(answer(&output("", None)), Err(CaptureError::Unavailable(_))));
}

#[test]
fn what_has_no_room_is_told_from_what_is_broken() {
    let told = |error: InvokeError| {
        let answer = Response::new(StatusCode::try_from(400).unwrap(), SdkBody::empty());
        failed(SdkError::service_error(error, answer))
    };
    let full = TooManyRequestsException::builder().build();
    assert!(matches!(told(InvokeError::TooManyRequestsException(full)), CaptureError::Throttled));
    let broken = ServiceException::builder().build();
    let broken = told(InvokeError::ServiceException(broken));
    assert!(matches!(broken, CaptureError::Unavailable(_)), "{broken}");
}
