use serde::Deserialize;
use serde_json::{Value, json};

const ALL: &str = "States.ALL";
const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";
const RUNTIME: &str = "States.Runtime";
const TASK_FAILED: &str = "States.TaskFailed";
const TIMEOUT: &str = "States.Timeout";

/// The longest payload between states, in bytes (Step Functions service quotas).
pub(super) const PAYLOAD_BYTES: usize = 262_144;
/// The longest cause in an error output, in characters (DescribeExecution, `cause`).
const CAUSE_CHARS: usize = 32_768;

/// Why a state failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Failure {
    pub(super) error: String,
    pub(super) cause: Option<String>,
}

/// The errors that a retrier or a catcher is for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Vec<String>")]
pub(super) struct ErrorEquals(Vec<String>);

/// Why a list of error names is refused.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum ErrorEqualsError {
    #[error("ErrorEquals is empty")]
    Empty,
    #[error("`States.ALL` has company in ErrorEquals")]
    AllNotAlone,
    #[error("no error here is called `{0}`")]
    Unknown(String),
}

impl Failure {
    pub(super) fn new(error: &str, cause: &str) -> Self {
        let cause = cause.chars().take(CAUSE_CHARS).collect();
        Self { error: error.to_owned(), cause: Some(cause) }
    }

    /// Returns the failure of a definition or its data, which nothing retries or catches.
    pub(super) fn runtime(cause: &str) -> Self {
        Self::new(RUNTIME, cause)
    }

    /// Returns the failure of a state or an execution that ran out of time. AWS gives no cause.
    pub(super) fn timeout() -> Self {
        Self { error: TIMEOUT.to_owned(), cause: None }
    }

    /// Returns the failure of a state whose ResultPath goes through what is not an object.
    pub(super) fn result_path() -> Self {
        Self::new(RESULT_PATH_MATCH_FAILURE, "The ResultPath cannot be applied to the input.")
    }

    /// Returns the failure of a payload of more than [`PAYLOAD_BYTES`].
    pub(super) fn data_limit() -> Self {
        let cause = "The state/task 'lambda' returned a result with a size exceeding the maximum \
                     number of bytes service limit.";
        Self::new(DATA_LIMIT_EXCEEDED, cause)
    }

    /// Returns what a catcher puts at its ResultPath; AWS writes an empty string for no cause.
    pub(super) fn output(&self) -> Value {
        json!({ "Error": self.error, "Cause": self.cause.as_deref().unwrap_or_default() })
    }
}

impl ErrorEquals {
    /// Returns whether these are all errors but the terminal ones.
    pub(super) fn is_all(&self) -> bool {
        self.0.iter().any(|name| name == ALL)
    }

    /// Returns whether `error` is among them, by the rules of "Handling errors in Step Functions
    /// workflows": the two wildcards leave out terminal errors, and nothing matches
    /// `States.Runtime`.
    pub(super) fn matches(&self, error: &str) -> bool {
        let terminal = [DATA_LIMIT_EXCEEDED, RUNTIME].contains(&error);
        self.0.iter().any(|name| match name.as_str() {
            ALL => !terminal,
            TASK_FAILED => !terminal && error != TIMEOUT,
            name => name == error && error != RUNTIME,
        })
    }
}

impl TryFrom<Vec<String>> for ErrorEquals {
    type Error = ErrorEqualsError;

    fn try_from(names: Vec<String>) -> Result<Self, ErrorEqualsError> {
        if names.is_empty() {
            return Err(ErrorEqualsError::Empty);
        }
        let known = [ALL, DATA_LIMIT_EXCEEDED, RESULT_PATH_MATCH_FAILURE, TASK_FAILED, TIMEOUT];
        let unknown =
            |name: &&String| name.starts_with("States.") && !known.contains(&name.as_str());
        if let Some(name) = names.iter().find(unknown) {
            return Err(ErrorEqualsError::Unknown(name.clone()));
        }
        let errors = Self(names);
        if errors.is_all() && errors.0.len() > 1 {
            return Err(ErrorEqualsError::AllNotAlone);
        }
        Ok(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(names: &[&str]) -> Result<ErrorEquals, ErrorEqualsError> {
        names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().try_into()
    }

    #[test]
    fn errors_match_as_on_aws() {
        let check = |names: &[&str], error: &str, expected: bool| {
            let matched = errors(names).unwrap().matches(error);
            assert_eq!(matched, expected, "{names:?} against {error}");
        };
        check(&["Lambda.Unknown"], "Lambda.Unknown", true);
        check(&["Lambda.Unknown"], "lambda.unknown", false);
        check(&["A", "B"], "B", true);
        check(&[ALL], "Lambda.Unknown", true);
        check(&[ALL], TIMEOUT, true);
        check(&[ALL], DATA_LIMIT_EXCEEDED, false);
        check(&[ALL], RUNTIME, false);
        check(&[TASK_FAILED], "Lambda.Unknown", true);
        check(&[TASK_FAILED], TIMEOUT, false);
        check(&[TASK_FAILED], DATA_LIMIT_EXCEEDED, false);
        check(&[TASK_FAILED], RUNTIME, false);
        check(&[TIMEOUT], TIMEOUT, true);
        check(&[DATA_LIMIT_EXCEEDED], DATA_LIMIT_EXCEEDED, true);
    }

    #[test]
    fn lists_that_aws_or_this_room_does_not_know_are_refused() {
        assert_eq!(errors(&[]), Err(ErrorEqualsError::Empty));
        assert_eq!(errors(&[ALL, "A"]), Err(ErrorEqualsError::AllNotAlone));
        let unknown = Err(ErrorEqualsError::Unknown("States.HeartbeatTimeout".to_owned()));
        assert_eq!(errors(&["States.HeartbeatTimeout"]), unknown);
        assert_eq!(errors(&[RUNTIME]), Err(ErrorEqualsError::Unknown(RUNTIME.to_owned())));
    }

    #[test]
    fn timeout_has_an_empty_cause_in_a_catchers_output() {
        assert_eq!(Failure::timeout().output(), json!({ "Error": TIMEOUT, "Cause": "" }));
    }
}
