use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::path::{Path, ResultPath};
use super::retry::{self, Catcher, Retrier, RetryError};
use super::template::Template;

/// A state of a machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "Type", deny_unknown_fields)]
pub(super) enum State {
    /// Calls a function.
    Task(Box<Task>),
    /// Waits.
    Wait(Wait),
    /// Ends the execution with its input as the output.
    Succeed {
        #[serde(default, rename = "Comment")]
        _comment: Comment,
    },
    /// Ends it with an error.
    Fail(Fail),
}

/// Calls a function and puts its answer into the input.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Task {
    #[serde(default, rename = "Comment")]
    _comment: Comment,
    #[serde(rename = "Resource")]
    _resource: Resource,
    pub(super) parameters: Template,
    #[serde(default, deserialize_with = "present")]
    pub(super) timeout_seconds: Option<Timeout>,
    #[serde(default)]
    pub(super) result_path: ResultPath,
    #[serde(default)]
    pub(super) retry: Vec<Retrier>,
    #[serde(default)]
    pub(super) catch: Vec<Catcher>,
    #[serde(default, deserialize_with = "present")]
    pub(super) next: Option<String>,
    #[serde(default)]
    pub(super) end: bool,
}

/// Waits a number of seconds from when it was entered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Wait {
    #[serde(default, rename = "Comment")]
    _comment: Comment,
    #[serde(default, deserialize_with = "present")]
    pub(super) seconds: Option<Seconds>,
    #[serde(default, deserialize_with = "present")]
    pub(super) seconds_path: Option<Path>,
    #[serde(default, deserialize_with = "present")]
    pub(super) next: Option<String>,
    #[serde(default)]
    pub(super) end: bool,
}

/// Ends the execution with this error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Fail {
    #[serde(default, rename = "Comment")]
    _comment: Comment,
    pub(super) error: String,
    #[serde(default, deserialize_with = "present")]
    pub(super) cause: Option<String>,
}

/// A number of seconds up to AWS's most, 99,999,999.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "u64")]
pub(super) struct Seconds(u32);

/// A number of seconds that is not zero.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Seconds")]
pub(super) struct Timeout(Seconds);

/// Words for who reads the definition.
pub(super) type Comment = String;

/// A rule that the types of a state do not hold, and that it breaks.
#[derive(Debug, thiserror::Error)]
pub(super) enum Rule {
    #[error("it has one of Next and End")]
    Transition,
    #[error("it has one of Seconds and SecondsPath")]
    Seconds,
    #[error("Parameters are FunctionName, a text or a path, and Payload, and nothing else")]
    Parameters,
    #[error(transparent)]
    Retry(#[from] RetryError),
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Resource {
    #[serde(rename = "arn:aws:states:::lambda:invoke")]
    Invoke,
}

impl State {
    /// Checks what the types cannot.
    ///
    /// # Errors
    ///
    /// The first [`Rule`] that it breaks.
    pub(super) fn check(&self) -> Result<(), Rule> {
        match self {
            Self::Task(task) => task.check(),
            Self::Wait(wait) => wait.check(),
            Self::Succeed { .. } | Self::Fail(_) => Ok(()),
        }
    }

    /// Returns the names of the states that may come next.
    pub(super) fn successors(&self) -> Vec<&String> {
        match self {
            Self::Task(task) => {
                task.catch.iter().map(|catcher| &catcher.next).chain(&task.next).collect()
            }
            Self::Wait(wait) => wait.next.iter().collect(),
            Self::Succeed { .. } | Self::Fail(_) => Vec::new(),
        }
    }
}

impl Task {
    fn check(&self) -> Result<(), Rule> {
        if self.next.is_some() == self.end {
            return Err(Rule::Transition);
        }
        if !is_invocation(&self.parameters) {
            return Err(Rule::Parameters);
        }
        Ok(retry::check(&self.retry, &self.catch)?)
    }
}

impl Wait {
    fn check(&self) -> Result<(), Rule> {
        if self.next.is_some() == self.end {
            return Err(Rule::Transition);
        }
        if self.seconds.is_some() == self.seconds_path.is_some() {
            return Err(Rule::Seconds);
        }
        Ok(())
    }
}

fn is_invocation(parameters: &Template) -> bool {
    let Template::Object(fields) = parameters else { return false };
    let is_name = |template: &Template| match template {
        Template::Literal(value) => value.as_str().is_some_and(|name| !name.is_empty()),
        Template::Path { .. } => true,
        Template::Array(_) | Template::Object(_) => false,
    };
    match fields.as_slice() {
        [(function, name), (payload, _)] | [(payload, _), (function, name)]
            if function == "FunctionName" && payload == "Payload" =>
        {
            is_name(name)
        }
        _ => false,
    }
}

impl From<Seconds> for Duration {
    fn from(Seconds(seconds): Seconds) -> Self {
        Self::from_secs(seconds.into())
    }
}

impl From<Timeout> for Duration {
    fn from(Timeout(seconds): Timeout) -> Self {
        seconds.into()
    }
}

impl TryFrom<u64> for Seconds {
    type Error = &'static str;

    fn try_from(seconds: u64) -> Result<Self, &'static str> {
        match u32::try_from(seconds) {
            Ok(seconds @ 0..=99_999_999) => Ok(Self(seconds)),
            Ok(_) | Err(_) => Err("more than 99999999 seconds"),
        }
    }
}

impl TryFrom<Seconds> for Timeout {
    type Error = &'static str;

    fn try_from(seconds: Seconds) -> Result<Self, &'static str> {
        if seconds.0 == 0 { Err("no time at all") } else { Ok(Self(seconds)) }
    }
}

/// Reads a field that may be left out but not `null`, which AWS refuses.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
