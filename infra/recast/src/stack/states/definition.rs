use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::json;
use super::state::{Comment, State, Timeout, present};
use super::substitution::{self, SubstitutionError};

/// What a state machine does, checked: every state it names is there and all in it is known.
#[derive(Clone, Debug)]
pub struct Definition {
    pub(super) start_at: String,
    pub(super) timeout: Option<Duration>,
    pub(super) states: BTreeMap<String, State>,
}

/// Why a definition is refused.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// Its placeholders cannot be filled.
    #[error(transparent)]
    Substitution(#[from] SubstitutionError),
    /// It is not JSON, or has a field that is unknown here, missing or wrong.
    #[error("the definition is not understood")]
    Json(#[from] serde_json::Error),
    /// The same of one of its states.
    #[error("the state `{state}` is not understood")]
    State {
        /// The state's name.
        state: String,
        /// What is not understood.
        source: serde_json::Error,
    },
    /// A state breaks a rule of the language.
    #[error("the state `{state}` breaks a rule: {rule}")]
    Rule {
        /// The state's name.
        state: String,
        /// The rule.
        rule: String,
    },
    /// A state is named that does not exist.
    #[error("there is no state `{0}`")]
    NoSuchState(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Document {
    #[serde(default, rename = "Comment")]
    _comment: Comment,
    start_at: String,
    #[serde(default, deserialize_with = "present")]
    timeout_seconds: Option<Timeout>,
    states: BTreeMap<String, Value>,
}

impl Definition {
    /// Reads a definition in the Amazon States Language after `substitutions` have filled its
    /// `${Name}` placeholders.
    ///
    /// # Errors
    ///
    /// [`DefinitionError`] when AWS would refuse it, or when it has anything that this service does
    /// not run.
    pub fn parse(
        text: &str,
        substitutions: &BTreeMap<String, String>,
    ) -> Result<Self, DefinitionError> {
        let text = substitution::fill(text, substitutions)?;
        let document: Document = serde_json::from_value(json::from_str(&text)?)?;
        let states = document.states.into_iter().map(state).collect::<Result<_, _>>()?;
        let timeout = document.timeout_seconds.map(Duration::from);
        let definition = Self { start_at: document.start_at, timeout, states };
        definition.check_names()?;
        Ok(definition)
    }

    fn check_names(&self) -> Result<(), DefinitionError> {
        let named = self.states.values().flat_map(State::successors).chain([&self.start_at]);
        let missing = named.into_iter().find(|name| !self.states.contains_key(*name));
        missing.map_or(Ok(()), |name| Err(DefinitionError::NoSuchState(name.clone())))
    }
}

fn state((name, value): (String, Value)) -> Result<(String, State), DefinitionError> {
    let state: State = serde_json::from_value(value)
        .map_err(|source| DefinitionError::State { state: name.clone(), source })?;
    match state.check() {
        Ok(()) => Ok((name, state)),
        Err(rule) => Err(DefinitionError::Rule { state: name, rule: rule.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::json;

    use super::*;

    fn parse(value: &Value) -> Result<Definition, DefinitionError> {
        Definition::parse(&value.to_string(), &BTreeMap::new())
    }

    /// A machine in which all is used that is known.
    fn full() -> Value {
        json!({
            "Comment": "all that is known", "StartAt": "Run", "TimeoutSeconds": 3600,
            "States": {
                "Run": {
                    "Type": "Task", "Comment": "c", "Resource": "arn:aws:states:::lambda:invoke",
                    "Parameters": { "FunctionName.$": "$.runner", "Payload": {
                        "task.$": "$.task", "attempt.$": "$$.State.RetryCount" } },
                    "TimeoutSeconds": 900, "ResultPath": null,
                    "Retry": [
                        { "ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 1,
                          "MaxAttempts": 99, "BackoffRate": 2, "MaxDelaySeconds": 60,
                          "JitterStrategy": "FULL", "Comment": "c" },
                        { "ErrorEquals": ["States.ALL"], "JitterStrategy": "NONE" }],
                    "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error",
                                "Next": "Pause", "Comment": "c" }],
                    "Next": "Done" },
                "Pause": { "Type": "Wait", "SecondsPath": "$.seconds", "Next": "Rest" },
                "Rest": { "Type": "Wait", "Seconds": 5, "Next": "Call" },
                "Call": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                    "Parameters": { "FunctionName": "f", "Payload.$": "$" }, "End": true },
                "Done": { "Type": "Succeed", "Comment": "c" },
                "Broken": { "Type": "Fail", "Error": "E", "Cause": "c" },
            },
        })
    }

    #[test]
    fn all_that_is_known_is_understood() {
        let definition = parse(&full()).unwrap();
        assert_eq!(definition.start_at, "Run");
        assert_eq!(definition.timeout, Some(Duration::from_hours(1)));
        assert_eq!(definition.states.len(), 6);
    }

    #[test]
    fn substitutions_are_made_before_it_is_read() {
        let text = r#"{"StartAt":"A","TimeoutSeconds":${Time},"States":{"A":{"Type":"Succeed"}}}"#;
        let values = BTreeMap::from([("Time".to_owned(), "7".to_owned())]);
        let definition = Definition::parse(text, &values).unwrap();
        assert_eq!(definition.timeout, Some(Duration::from_secs(7)));
        let error = Definition::parse(text, &BTreeMap::new()).unwrap_err().to_string();
        assert_eq!(error, "nothing is given for the placeholder `Time`");
    }

    fn reason(error: &DefinitionError) -> String {
        let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        format!("{error}{source}")
    }

    /// Checks that [`full`] with `value` at a pointer is refused with `message` in the reason.
    fn refused(pointer: &str, value: Value, message: &str) {
        let mut definition = full();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = definition.pointer_mut(parent).unwrap();
        match parent.as_array_mut() {
            Some(items) => items[key.parse::<usize>().unwrap()] = value,
            None => parent[key] = value,
        }
        let error = reason(&parse(&definition).unwrap_err());
        assert!(error.contains(message), "{pointer}: {error}");
    }

    #[test]
    fn unknown_fields_and_types_are_refused() {
        refused("/Version", json!("1.0"), "unknown field `Version`");
        refused("/QueryLanguage", json!("JSONata"), "unknown field `QueryLanguage`");
        refused("/States/Run/HeartbeatSeconds", json!(1), "unknown field `HeartbeatSeconds`");
        refused("/States/Run/ResultSelector", json!({}), "unknown field `ResultSelector`");
        refused("/States/Run/InputPath", json!("$"), "unknown field `InputPath`");
        refused("/States/Run/Retry/0/Foo", json!(1), "unknown field `Foo`");
        refused("/States/Run/Catch/0/Output", json!(1), "unknown field `Output`");
        refused("/States/Run/Type", json!("Choice"), "unknown variant `Choice`");
        refused(
            "/States/Run/Resource",
            json!("arn:aws:states:::sqs:sendMessage"),
            "unknown variant",
        );
        refused("/States/Rest/Timestamp", json!("x"), "unknown field `Timestamp`");
        refused("/States/Done/End", json!(true), "unknown field `End`");
        refused("/States/Broken/ErrorPath", json!("$"), "unknown field `ErrorPath`");
    }

    #[test]
    fn wrong_values_are_refused() {
        refused("/TimeoutSeconds", json!(0), "no time at all");
        refused("/TimeoutSeconds", json!(null), "invalid type: null");
        refused("/States/Run/TimeoutSeconds", json!(100_000_000), "more than 99999999 seconds");
        refused("/States/Run/TimeoutSeconds", json!(1.5), "invalid type");
        refused("/States/Run/ResultPath", json!("$$.State.Name"), "not a path");
        refused("/States/Run/Retry/0/JitterStrategy", json!("HALF"), "unknown variant `HALF`");
        refused("/States/Run/Retry/0/MaxDelaySeconds", json!(1), "MaxDelaySeconds must be");
        refused("/States/Run/Retry/0/ErrorEquals", json!(["States.ALL"]), "not the last in Retry");
        refused(
            "/States/Run/Retry/1/ErrorEquals",
            json!(["States.Foo"]),
            "no error here is called",
        );
        refused("/States/Run/Catch/0/ErrorEquals", json!([]), "ErrorEquals is empty");
        refused("/States/Rest/Seconds", json!(-1), "invalid value");
    }

    #[test]
    fn wrong_parameters_are_refused() {
        let rule = "Parameters are FunctionName";
        refused("/States/Call/Parameters", json!({ "FunctionName": "f" }), rule);
        refused("/States/Call/Parameters", json!("f"), rule);
        refused("/States/Call/Parameters/FunctionName", json!(1), rule);
        refused("/States/Call/Parameters/FunctionName", json!(""), rule);
        refused("/States/Call/Parameters/Qualifier", json!("1"), rule);
        let intrinsic = json!("States.StringToJson($.a)");
        refused("/States/Run/Parameters/Payload/task.$", intrinsic, "intrinsic functions");
        let context = json!("$$.Execution.RoleArn");
        refused("/States/Run/Parameters/Payload/task.$", context, "the context object has no");
    }

    #[test]
    fn states_that_lead_nowhere_are_refused() {
        refused("/StartAt", json!("Nowhere"), "there is no state `Nowhere`");
        refused("/States/Run/Next", json!("Nowhere"), "there is no state `Nowhere`");
        refused("/States/Run/Catch/0/Next", json!("Nowhere"), "there is no state `Nowhere`");
        refused("/States/Run/End", json!(true), "one of Next and End");
        refused("/States/Call/End", json!(false), "one of Next and End");
        refused("/States/Rest/End", json!(true), "one of Next and End");
        refused("/States/Rest/SecondsPath", json!("$.s"), "one of Seconds and SecondsPath");
    }

    #[test]
    fn state_given_twice_is_refused() {
        let text = r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"},"A":{"Type":"Succeed"}}}"#;
        let error = reason(&Definition::parse(text, &BTreeMap::new()).unwrap_err());
        assert!(error.contains("`A` is given twice"), "{error}");
    }
}
