use futures::future::BoxFuture;
use serde_json::Value;

/// Calls Lambda functions.
pub trait Invoke: Send + Sync + 'static {
    /// Calls `function`, a name or an ARN, and returns its answer. A call goes on when the
    /// execution that made it is stopped or has timed out, as on AWS.
    fn invoke<'a>(
        &'a self,
        function: &'a str,
        payload: Value,
    ) -> BoxFuture<'a, Result<Value, InvokeError>>;
}

/// How a call failed, in the terms in which Step Functions tells it to a state machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvokeError {
    /// The error's name: `Lambda.TooManyRequestsException`, `Lambda.Unknown`, or the type of the
    /// function's own error.
    pub name: String,
    /// What happened; for a function's own error its JSON with `errorType` and `errorMessage`.
    pub cause: String,
}
