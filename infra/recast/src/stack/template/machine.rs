use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Template, TemplateError, malformed};

/// A state machine as it is deployed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachine {
    /// Its name.
    pub name: String,
    /// The file of its definition.
    pub definition_uri: String,
    /// What is filled in there.
    pub definition_substitutions: BTreeMap<String, String>,
}

impl Template {
    /// Returns all state machines.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when one lacks a part.
    pub fn state_machines(&self) -> Result<Vec<StateMachine>, TemplateError> {
        let machines = self.of_type("AWS::Serverless::StateMachine");
        let machine = |properties: &Value| serde_json::from_value(properties.clone());
        machines.map(machine).collect::<Result<_, _>>().map_err(|_| malformed("state machine"))
    }
}
