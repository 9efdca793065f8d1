use operations::{Operation, Rules};
use serde_json::{Map, Value};

use crate::Errors;

/// One task as it is asked for, checked by itself.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) operation: Operation,
    /// The tasks whose files it takes: names within a job, else ids.
    pub(crate) inputs: Vec<String>,
    pub(crate) payload: Map<String, Value>,
}

impl Request {
    /// Reads a task's payload; `prefix` goes before the fields of its errors.
    pub(crate) fn parse(
        path: &str,
        mut payload: Map<String, Value>,
        rules: &Rules,
        (prefix, errors): (&str, &mut Errors),
    ) -> Option<Self> {
        let inputs = inputs(&payload, prefix, errors);
        for own in ["operation", "name", "ignore_error"] {
            payload.remove(own);
        }
        match Operation::parse(path, &payload, rules) {
            Ok(operation) => {
                if operation.takes_input() && inputs.as_ref().is_some_and(Vec::is_empty) {
                    errors.add(format!("{prefix}input"), "The input field is required.");
                }
                // An operation that takes no files has no inputs, whatever is said.
                let inputs = inputs.filter(|_| operation.takes_input()).unwrap_or_default();
                echo(&mut payload, &inputs);
                Some(Self { path: path.to_owned(), operation, inputs, payload })
            }
            Err(invalid) => {
                invalid
                    .into_iter()
                    .for_each(|one| errors.add(format!("{prefix}{}", one.field), one.message));
                None
            }
        }
    }
}

/// Reads `input`: a name or a list of names, each once.
fn inputs(payload: &Map<String, Value>, prefix: &str, errors: &mut Errors) -> Option<Vec<String>> {
    let names = match payload.get("input") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::String(name)) => Some(vec![name.clone()]),
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(ToOwned::to_owned)).collect()
        }
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => None,
    };
    if names.is_none() {
        errors.add(
            format!("{prefix}input"),
            "The input must be the name of a task or a list of names.",
        );
    }
    let mut names = names?;
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Some(names)
}

/// The payload shows `input` as a list, however it was sent, as the API does.
fn echo(payload: &mut Map<String, Value>, inputs: &[String]) {
    if payload.contains_key("input") {
        payload.insert("input".to_owned(), inputs.into());
    }
}
