use std::collections::HashSet;

use operations::{Operation, Rules};
use serde_json::{Map, Value};

use crate::{Errors, MOST_TASKS};

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
        let inputs = Self::inputs(path, &payload);
        if let Some(wrong) = wrong_inputs(path, inputs.as_deref()) {
            errors.add(format!("{prefix}input"), wrong);
        }
        for own in ["operation", "name", "ignore_error"] {
            payload.remove(own);
        }
        match Operation::parse(path, &payload, rules) {
            Ok(operation) => {
                let inputs = inputs.unwrap_or_default();
                echo(&mut payload);
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

    /// Reads `input` and whatever else names tasks: a name or a list of names, each once; none when it is anything else.
    ///
    /// An operation that takes no files has no inputs, whatever is said.
    pub(crate) fn inputs(path: &str, payload: &Map<String, Value>) -> Option<Vec<String>> {
        if !Operation::takes_input(path) {
            return Some(Vec::new());
        }
        let named: Option<Vec<_>> =
            Operation::task_fields(path).map(|field| names_in(payload.get(field))).collect();
        let mut names = named?.concat();
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Some(names)
    }
}

/// Says what is wrong with a task's inputs by themselves, if anything is.
fn wrong_inputs(path: &str, inputs: Option<&[String]>) -> Option<String> {
    match inputs {
        None => Some("The input must be the name of a task or a list of names.".to_owned()),
        Some([]) if Operation::takes_input(path) => Some("The input field is required.".to_owned()),
        Some(inputs) if inputs.len() > MOST_TASKS => {
            Some(format!("The input may not be more than {MOST_TASKS} tasks."))
        }
        Some(_) => None,
    }
}

/// Reads one name or a list of names.
fn names_in(value: Option<&Value>) -> Option<Vec<String>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::String(name)) => Some(vec![name.clone()]),
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(ToOwned::to_owned)).collect()
        }
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => None,
    }
}

/// The payload shows `input` as a list, however it was sent, as the API does.
fn echo(payload: &mut Map<String, Value>) {
    if let Some(names) = payload.get("input").and_then(|value| names_in(Some(value))) {
        let mut seen = HashSet::new();
        let once: Vec<_> = names.iter().filter(|name| seen.insert(*name)).cloned().collect();
        payload.insert("input".to_owned(), once.into());
    }
}
