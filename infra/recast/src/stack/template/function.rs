use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value};

use super::{Cors, Route, Template, TemplateError, binary, cors, malformed, text};
use crate::stack::roles::Statement;

/// A function as it is deployed.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name of its binary and package: `show-task`.
    pub binary: String,
    /// Its settings.
    pub variables: BTreeMap<String, String>,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// The routes that lead to it.
    pub routes: Vec<Route>,
    /// Whether it is called every minute.
    pub scheduled: bool,
    /// Whether it has an address of its own.
    pub has_url: bool,
    /// What pages of other origins may do there.
    pub cors: Option<Cors>,
    /// What its role may do.
    pub(crate) policy: Vec<Statement>,
}

impl Template {
    /// Returns all functions.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when one lacks a part.
    pub fn functions(&self) -> Result<Vec<Function>, TemplateError> {
        self.of_type("AWS::Serverless::Function")
            .map(|properties| self.function(properties))
            .collect()
    }

    /// Returns what the policies of functions allow: the function's name and the action.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when a function lacks a part.
    pub fn permissions(&self) -> Result<BTreeSet<(String, String)>, TemplateError> {
        let functions = self.functions()?;
        let of = |function: &Function| -> Vec<_> {
            let actions = function.policy.iter().flat_map(|statement| &statement.action);
            actions.map(|action| (function.binary.clone(), action.clone())).collect()
        };
        Ok(functions.iter().flat_map(of).collect())
    }

    /// Returns what a function's own policies allow, and those that stand by themselves.
    fn policy(&self, function: &Value) -> Result<Vec<Statement>, TemplateError> {
        // A role is called after its function, and may be another function's, too.
        let role = function.get("Role").unwrap_or(&function["FunctionName"]);
        let mut functions = self.of_type("AWS::Serverless::Function");
        let holder = functions.find(|function| function["FunctionName"] == *role);
        let own = holder.and_then(|holder| holder["Policies"].as_array()).into_iter().flatten();
        let is_its =
            |policy: &&Value| policy["Roles"].as_array().is_some_and(|roles| roles.contains(role));
        let others = self.of_type("AWS::IAM::Policy").filter(is_its);
        statements(own.chain(others.map(|policy| &policy["PolicyDocument"])))
    }

    fn function(&self, properties: &Value) -> Result<Function, TemplateError> {
        let globals = self.globals.get("Function").unwrap_or(&Value::Null);
        let timeout = properties.get("Timeout").unwrap_or(&globals["Timeout"]).as_u64();
        let mut variables = variables(globals)?;
        variables.extend(self::variables(properties)?);
        let events: Vec<&Value> =
            properties["Events"].as_object().into_iter().flat_map(Map::values).collect();
        let routes = events.iter().filter(|event| event["Type"] == "HttpApi");
        let route = |event: &&Value| serde_json::from_value(event["Properties"].clone());
        Ok(Function {
            binary: binary(&text(properties, "FunctionName")?)?,
            variables,
            timeout: Duration::from_secs(timeout.ok_or_else(|| malformed("Timeout"))?),
            routes: routes.map(route).collect::<Result<_, _>>().map_err(|_| malformed("route"))?,
            scheduled: events.iter().any(|event| event["Type"] == "ScheduleV2"),
            has_url: properties.get("FunctionUrlConfig").is_some(),
            cors: cors(&properties["FunctionUrlConfig"]["Cors"])?,
            policy: self.policy(properties)?,
        })
    }
}

/// Returns what the environment of a function says.
pub(super) fn variables(properties: &Value) -> Result<BTreeMap<String, String>, TemplateError> {
    match properties.get("Environment") {
        None => Ok(BTreeMap::new()),
        Some(environment) => serde_json::from_value(environment["Variables"].clone())
            .map_err(|_| malformed("environment")),
    }
}

fn statements<'a>(
    policies: impl Iterator<Item = &'a Value>,
) -> Result<Vec<Statement>, TemplateError> {
    let statements =
        policies.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
    let statement = |statement: &Value| serde_json::from_value(statement.clone());
    statements.map(statement).collect::<Result<_, _>>().map_err(|_| malformed("Policies"))
}
