use domain::{TaskName, cycle};
use serde_json::{Map, Value};

use crate::request::Request;
use crate::{Context, Errors, MOST_TASKS};

/// One task of a job, checked by itself.
pub(crate) struct Member {
    pub(crate) name: TaskName,
    pub(crate) inputs: Vec<TaskName>,
    pub(crate) ignore_error: bool,
    pub(crate) request: Request,
}

impl Context {
    /// Reads the tasks of a job to be, with all that is wrong with them and with what depends on what.
    pub(crate) fn members(&self, body: &Map<String, Value>, errors: &mut Errors) -> Vec<Member> {
        let tasks = match body.get("tasks") {
            Some(Value::Object(tasks)) if !tasks.is_empty() => tasks,
            Some(Value::Object(_) | Value::Null) | None => {
                errors.add("tasks", "The tasks field is required.");
                return Vec::new();
            }
            // An empty PHP array becomes an empty JSON one.
            Some(Value::Array(tasks)) if tasks.is_empty() => {
                errors.add("tasks", "The tasks field is required.");
                return Vec::new();
            }
            Some(Value::Array(_) | Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                errors.add("tasks", "The tasks must be an object of named tasks.");
                return Vec::new();
            }
        };
        if tasks.len() > MOST_TASKS {
            errors.add("tasks", format!("The tasks may not be more than {MOST_TASKS}."));
            return Vec::new();
        }
        check_graph(tasks, errors);
        tasks.iter().filter_map(|(name, task)| self.member(name, task, errors)).collect()
    }

    fn member(&self, name: &str, task: &Value, errors: &mut Errors) -> Option<Member> {
        let prefix = format!("tasks.{name}.");
        let field = prefix.trim_end_matches('.');
        let parsed = TaskName::try_from(name.to_owned());
        if let Err(invalid) = &parsed {
            errors.add(field, format!("The task name {invalid}."));
        }
        let Some(task) = task.as_object() else {
            errors.add(field, "The task must be an object.");
            return None;
        };
        let Some(path) = task.get("operation").and_then(Value::as_str) else {
            errors.add(format!("{prefix}operation"), "The operation field is required.");
            return None;
        };
        let request = Request::parse(path, task.clone(), &self.rules, (&prefix, errors));
        let ignore_error = ignore_error(task, &prefix, errors);
        let request = request?;
        let inputs = request.inputs.iter().filter_map(|input| task_name(input)).collect();
        Some(Member { name: parsed.ok()?, inputs, ignore_error, request })
    }
}

fn ignore_error(task: &Map<String, Value>, prefix: &str, errors: &mut Errors) -> bool {
    match task.get("ignore_error") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => {
            errors.add(format!("{prefix}ignore_error"), "The ignore error must be true or false.");
            false
        }
    }
}

fn task_name(text: &str) -> Option<TaskName> {
    TaskName::try_from(text.to_owned()).ok()
}

/// Checks what depends on what, whatever else is wrong with the tasks.
fn check_graph(tasks: &Map<String, Value>, errors: &mut Errors) {
    let mut nodes = Vec::with_capacity(tasks.len());
    for (name, task) in tasks {
        let inputs = inputs(task);
        // A task whose name is bad is there all the same: its dependents are not to blame.
        let known = |input: &String| tasks.contains_key(input);
        for input in inputs.iter().filter(|input| !known(input)) {
            let message = format!("The input {input} is no task of this job.");
            errors.add(format!("tasks.{name}.input"), message);
        }
        let inputs: Vec<_> = inputs.iter().filter_map(|input| task_name(input)).collect();
        nodes.extend(task_name(name).map(|name| (name, inputs)));
    }
    let nodes: Vec<_> = nodes.iter().map(|(name, inputs)| (name, inputs.as_slice())).collect();
    for task in cycle(&nodes) {
        errors.add(format!("tasks.{task}.input"), "The inputs form a cycle.");
    }
}

/// Returns the names of a task's inputs, none when they cannot be read.
fn inputs(task: &Value) -> Vec<String> {
    let path = task.get("operation").and_then(Value::as_str).unwrap_or_default();
    task.as_object().and_then(|task| Request::inputs(path, task)).unwrap_or_default()
}
