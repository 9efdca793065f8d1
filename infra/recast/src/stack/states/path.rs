use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::error::Failure;

/// A path into what a state has to look at: its input (`$.a.b`) or the context object (`$$.…`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(super) struct Path {
    text: String,
    root: Root,
    keys: Vec<String>,
}

/// Where a state puts its result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum ResultPath {
    /// Nowhere: the state's output is its input.
    Discard,
    /// Into its input at these keys; with none, in place of it.
    At(Vec<String>),
}

/// What paths are looked up in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) input: &'a Value,
    pub(super) context: &'a Value,
}

/// Why a text is refused as a path.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum PathError {
    #[error("intrinsic functions such as `{0}` are not known here")]
    Intrinsic(String),
    #[error("`{0}` is not a path of names such as `$.a.b`")]
    Syntax(String),
    #[error("the context object has no `{0}` here")]
    Context(String),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Root {
    Input,
    Context,
}

/// What the context object has for our definitions; below the input a path may go on.
const EXECUTION_INPUT: [&str; 2] = ["Execution", "Input"];
const CONTEXT: [[&str; 2]; 9] = [
    EXECUTION_INPUT,
    ["Execution", "Id"],
    ["Execution", "Name"],
    ["Execution", "StartTime"],
    ["State", "Name"],
    ["State", "EnteredTime"],
    ["State", "RetryCount"],
    ["StateMachine", "Id"],
    ["StateMachine", "Name"],
];

impl Path {
    /// Returns the value it leads to, if there is one.
    pub(super) fn find<'a>(&self, scope: Scope<'a>) -> Option<&'a Value> {
        let root = match self.root {
            Root::Input => scope.input,
            Root::Context => scope.context,
        };
        self.keys.iter().try_fold(root, |value, key| value.get(key))
    }

    /// Returns the value it leads to for `field`.
    ///
    /// # Errors
    ///
    /// When there is none: `States.Runtime`, as on AWS.
    pub(super) fn resolve<'a>(&self, scope: Scope<'a>, field: &str) -> Result<&'a Value, Failure> {
        self.find(scope).ok_or_else(|| {
            Failure::runtime(&format!(
                "The JSONPath '{}' specified for the field '{field}' could not be found in the input",
                self.text
            ))
        })
    }
}

impl ResultPath {
    /// Returns `input` with `result` at its place.
    ///
    /// # Errors
    ///
    /// `States.ResultPathMatchFailure` when the path goes through what is not an object.
    pub(super) fn place(&self, input: &Value, result: Value) -> Result<Value, Failure> {
        let mut output = input.clone();
        let Self::At(keys) = self else { return Ok(output) };
        let mut place = &mut output;
        for key in keys {
            let Value::Object(object) = place else { return Err(Failure::result_path()) };
            place = object.entry(key).or_insert_with(|| Value::Object(Map::new()));
        }
        *place = result;
        Ok(output)
    }
}

impl TryFrom<String> for Path {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        if text.starts_with("States.") {
            return Err(PathError::Intrinsic(text));
        }
        let (root, keys) = match text.strip_prefix("$$") {
            Some(rest) => (Root::Context, keys(rest)),
            None => (Root::Input, text.strip_prefix('$').and_then(keys)),
        };
        let keys = keys.ok_or_else(|| PathError::Syntax(text.clone()))?;
        if root == Root::Context && !is_in_context(&keys) {
            return Err(PathError::Context(text));
        }
        Ok(Self { text, root, keys })
    }
}

impl Default for ResultPath {
    fn default() -> Self {
        Self::At(Vec::new())
    }
}

impl<'de> Deserialize<'de> for ResultPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(Self::Discard);
        };
        let keys = text.strip_prefix('$').and_then(keys);
        keys.map(Self::At).ok_or_else(|| serde::de::Error::custom(PathError::Syntax(text)))
    }
}

/// Splits `.a.b` into its names.
fn keys(rest: &str) -> Option<Vec<String>> {
    if rest.is_empty() {
        return Some(Vec::new());
    }
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|char| char.is_ascii_alphanumeric() || "_-".contains(char))
    };
    let names = rest.strip_prefix('.')?.split('.');
    names.map(|name| is_name(name).then(|| name.to_owned())).collect()
}

fn is_in_context(keys: &[String]) -> bool {
    CONTEXT.iter().any(|known| keys == known)
        || keys.starts_with(&EXECUTION_INPUT.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Result<Path, PathError> {
        Path::try_from(text.to_owned())
    }

    #[test]
    fn paths_lead_into_the_input_or_the_context() {
        let input = json!({ "a": { "b": 1, "c-d": null } });
        let context = json!({ "Execution": { "Input": { "x": 2 }, "Id": "arn" } });
        let scope = Scope { input: &input, context: &context };
        let check = |text: &str, expected: Option<Value>| {
            assert_eq!(path(text).unwrap().find(scope), expected.as_ref(), "{text}");
        };
        check("$", Some(input.clone()));
        check("$.a.b", Some(json!(1)));
        check("$.a.c-d", Some(Value::Null));
        check("$.a.b.c", None);
        check("$.x", None);
        check("$$.Execution.Id", Some(json!("arn")));
        check("$$.Execution.Input.x", Some(json!(2)));
        check("$$.State.RetryCount", None);
    }

    #[test]
    fn other_paths_are_refused() {
        let intrinsic = "States.Format('{}', $.a)";
        assert_eq!(path(intrinsic), Err(PathError::Intrinsic(intrinsic.to_owned())));
        for text in ["", "a", "$a", "$.", "$..a", "$.a[0]", "$['a']", "$.a.*", "$.a b", "$.a."] {
            assert_eq!(path(text), Err(PathError::Syntax(text.to_owned())), "{text}");
        }
        for text in
            ["$$", "$$.Execution", "$$.Task.Token", "$$.Execution.RoleArn", "$$.State.Name.x"]
        {
            assert_eq!(path(text), Err(PathError::Context(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn missing_value_is_a_runtime_error_that_names_path_and_field() {
        let scope = Scope { input: &json!({}), context: &json!({}) };
        let failure = path("$.a").unwrap().resolve(scope, "b.$").unwrap_err();
        assert_eq!(failure.error, "States.Runtime");
        assert_eq!(
            failure.cause.unwrap(),
            "The JSONPath '$.a' specified for the field 'b.$' could not be found in the input"
        );
    }

    #[test]
    fn results_are_placed_as_their_path_says() {
        let check = |path: Value, input: Value, expected: Option<Value>| {
            let result_path: ResultPath = serde_json::from_value(path.clone()).unwrap();
            assert_eq!(result_path.place(&input, json!("r")).ok(), expected, "{path} {input}");
        };
        check(json!("$"), json!({ "a": 1 }), Some(json!("r")));
        check(json!(null), json!({ "a": 1 }), Some(json!({ "a": 1 })));
        check(json!("$.b"), json!({ "a": 1 }), Some(json!({ "a": 1, "b": "r" })));
        check(json!("$.a"), json!({ "a": 1 }), Some(json!({ "a": "r" })));
        check(json!("$.b.c"), json!({}), Some(json!({ "b": { "c": "r" } })));
        check(json!("$.a.b"), json!({ "a": 1 }), None);
        check(json!("$.a"), json!([]), None);
        for refused in [json!("$$.State.Name"), json!("a"), json!("$.a[0]"), json!(1)] {
            serde_json::from_value::<ResultPath>(refused).unwrap_err();
        }
    }
}
