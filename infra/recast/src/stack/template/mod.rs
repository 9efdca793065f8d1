//! Reads `infra/template.yaml`, the one place that says what the system is made of.

mod bucket;
mod condition;
mod function;
mod machine;
mod parameters;
mod resolve;
mod route;
mod settings;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub use super::cors::Cors;
pub use bucket::{Bucket, CorsRule};
pub use function::Function;
use function::variables;
pub use machine::StateMachine;
pub use resolve::ResolveError;
use resolve::Resolver;
pub use route::Route;
pub(crate) use settings::shared_settings;

use super::names::{STACK, function_name};

const TEMPLATE: &str = include_str!("../../../../template.yaml");

/// The template with its intrinsics resolved for the embedded account.
#[derive(Clone, Debug)]
pub struct Template {
    globals: Map<String, Value>,
    resources: Map<String, Value>,
}

/// The template is not what the embedded stack can run.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is no YAML.
    #[error("the template cannot be read: {0}")]
    Yaml(String),
    /// It uses what the embedded stack does not know.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// A value was given for a parameter that it does not have.
    #[error("the template has no parameter {name}; it has {known}")]
    Parameter {
        /// The name.
        name: String,
        /// The names that it has, by commas.
        known: String,
    },
    /// A part is missing or of another shape.
    #[error("the template's {0} is missing or malformed")]
    Malformed(String),
}

impl Template {
    /// Reads the template with these values for its parameters, the defaults for others.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when it uses what the embedded stack does not know, or has no such parameter.
    pub fn read(parameters: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        Self::parse(TEMPLATE, parameters)
    }

    fn parse(text: &str, parameters: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let template = yaml(text)?;
        parameters::check(&template["Parameters"], parameters)?;
        let resolver = Resolver::new(&template, parameters);
        let part = |name: &str| -> Result<Map<String, Value>, TemplateError> {
            let part = template.get(name).cloned().unwrap_or_else(|| Value::Object(Map::new()));
            let part = resolver.resolve(part)?;
            part.as_object().cloned().ok_or_else(|| TemplateError::Malformed(name.to_owned()))
        };
        let is_there = |resource: &Value| match resource["Condition"].as_str() {
            Some(condition) => resolver.is_met(condition),
            None => Ok(true),
        };
        let mut resources = Map::new();
        for (name, resource) in template["Resources"].as_object().into_iter().flatten() {
            if is_there(resource)? {
                resources.insert(name.clone(), resolver.resolve(resource.clone())?);
            }
        }
        Ok(Self { globals: part("Globals")?, resources })
    }

    /// Returns what pages of other origins may do with the API.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when it is malformed.
    pub fn api_cors(&self) -> Result<Option<Cors>, TemplateError> {
        let api = self.of_type("AWS::Serverless::HttpApi").next().unwrap_or(&Value::Null);
        cors(&api["CorsConfiguration"])
    }

    /// Returns the table's properties, as CreateTable takes them.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when there is no table.
    pub fn table(&self) -> Result<&Value, TemplateError> {
        self.of_type("AWS::DynamoDB::Table").next().ok_or_else(|| malformed("table"))
    }

    fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let resources = self.resources.values().filter(move |resource| resource["Type"] == kind);
        resources.map(|resource| &resource["Properties"])
    }
}

fn yaml(text: &str) -> Result<Value, TemplateError> {
    serde_saphyr::from_str(text).map_err(|error| TemplateError::Yaml(error.to_string()))
}

fn cors(configuration: &Value) -> Result<Option<Cors>, TemplateError> {
    serde_json::from_value(configuration.clone()).map_err(|_| malformed("CORS"))
}

/// A function is called after its stack and its binary.
fn binary(name_or_arn: &str) -> Result<String, TemplateError> {
    let name =
        function_name(name_or_arn).strip_prefix(STACK).and_then(|rest| rest.strip_prefix('-'));
    name.map(ToOwned::to_owned).ok_or_else(|| malformed("FunctionName"))
}

fn text(properties: &Value, name: &str) -> Result<String, TemplateError> {
    properties[name].as_str().map(ToOwned::to_owned).ok_or_else(|| malformed(name))
}

fn malformed(part: &str) -> TemplateError {
    TemplateError::Malformed(part.to_owned())
}

#[cfg(test)]
mod tests;
