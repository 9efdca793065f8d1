use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::Failure;
use super::path::{Path, PathError, Scope};

/// JSON in which fields named `….$` are filled from paths (a payload template).
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(try_from = "Value")]
pub(super) enum Template {
    /// Itself.
    Literal(Value),
    /// What a path leads to, for the field of that whole name.
    Path { field: String, path: Path },
    /// A template for each element.
    Array(Vec<Template>),
    /// A template for each field.
    Object(Vec<(String, Template)>),
}

/// Why JSON is refused as a template.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum TemplateError {
    #[error("the field `{0}` is not a text with a path")]
    NotText(String),
    #[error("the field `{0}` is given twice, once by a path")]
    Twice(String),
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Template {
    /// Returns the JSON with its paths looked up in `scope`.
    ///
    /// # Errors
    ///
    /// `States.Runtime` when one leads nowhere.
    pub(super) fn render(&self, scope: Scope<'_>) -> Result<Value, Failure> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Path { field, path } => path.resolve(scope, field).cloned(),
            Self::Array(elements) => elements.iter().map(|element| element.render(scope)).collect(),
            Self::Object(fields) => {
                let render = |(name, template): &(String, Self)| {
                    template.render(scope).map(|value| (name.clone(), value))
                };
                fields.iter().map(render).collect::<Result<_, _>>().map(Value::Object)
            }
        }
    }
}

impl TryFrom<Value> for Template {
    type Error = TemplateError;

    fn try_from(value: Value) -> Result<Self, TemplateError> {
        match value {
            Value::Array(elements) => {
                elements.into_iter().map(Self::try_from).collect::<Result<_, _>>().map(Self::Array)
            }
            Value::Object(fields) => object(fields).map(Self::Object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Ok(Self::Literal(value))
            }
        }
    }
}

fn object(fields: Map<String, Value>) -> Result<Vec<(String, Template)>, TemplateError> {
    let mut templates = Vec::with_capacity(fields.len());
    for (field, value) in &fields {
        let Some(name) = field.strip_suffix(".$") else {
            templates.push((field.clone(), value.clone().try_into()?));
            continue;
        };
        if fields.contains_key(name) {
            return Err(TemplateError::Twice(name.to_owned()));
        }
        let text = value.as_str().ok_or_else(|| TemplateError::NotText(field.clone()))?;
        let path = Path::try_from(text.to_owned())?;
        templates.push((name.to_owned(), Template::Path { field: field.clone(), path }));
    }
    Ok(templates)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(value: Value) -> Result<Template, TemplateError> {
        value.try_into()
    }

    #[test]
    fn templates_are_filled_from_their_paths() {
        let input = json!({ "a": { "b": [1] } });
        let context = json!({ "State": { "RetryCount": 3 } });
        let scope = Scope { input: &input, context: &context };
        let check = |value: Value, expected: Value| {
            assert_eq!(template(value.clone()).unwrap().render(scope), Ok(expected), "{value}");
        };
        check(json!({ "x": "$.a", "n": null }), json!({ "x": "$.a", "n": null }));
        check(json!({ "x.$": "$.a.b" }), json!({ "x": [1] }));
        check(json!({ "x.$": "$$.State.RetryCount" }), json!({ "x": 3 }));
        check(json!({ "x": [{ "y.$": "$" }, 2] }), json!({ "x": [{ "y": input.clone() }, 2] }));
        let missing = template(json!({ "x.$": "$.z" })).unwrap().render(scope).unwrap_err();
        assert_eq!(missing.error, "States.Runtime");
    }

    #[test]
    fn templates_with_what_is_not_known_are_refused() {
        let check = |value: Value, expected: TemplateError| {
            assert_eq!(template(value.clone()), Err(expected), "{value}");
        };
        check(json!({ "x.$": 1 }), TemplateError::NotText("x.$".to_owned()));
        check(json!([{ "x.$": "$", "x": 1 }]), TemplateError::Twice("x".to_owned()));
        let intrinsic = PathError::Intrinsic("States.UUID()".to_owned());
        check(json!({ "x.$": "States.UUID()" }), intrinsic.into());
        check(json!({ "x.$": "plain" }), PathError::Syntax("plain".to_owned()).into());
    }
}
