//! Reads `infra/template.yaml`, the one place that says what the system is made of.

mod parameters;
mod resolve;
mod route;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use super::cors::Cors;
pub use resolve::ResolveError;
use resolve::Resolver;
pub use route::Route;
pub(crate) use settings::shared_settings;

use super::names::{STACK, function_name};
use super::roles::Statement;

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

/// The bucket and what it does by itself.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its CORS rules, as CloudFormation writes them.
    pub cors: Vec<CorsRule>,
    /// The prefix of the keys that it notifies of.
    pub prefix: String,
    /// The function that it notifies.
    pub function: String,
}

/// A rule by which browsers may read and post.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CorsRule {
    /// The origins that may.
    pub allowed_origins: Vec<String>,
    /// What they may do.
    pub allowed_methods: Vec<String>,
    /// The headers that they may send.
    pub allowed_headers: Vec<String>,
    /// How long, in seconds, they may remember it.
    pub max_age: u32,
}

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

    /// Returns the bucket.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when it lacks a part.
    pub fn bucket(&self) -> Result<Bucket, TemplateError> {
        let bucket = self.of_type("AWS::S3::Bucket").next().ok_or_else(|| malformed("bucket"))?;
        let notification = &bucket["NotificationConfiguration"]["LambdaConfigurations"][0];
        let cors = bucket["CorsConfiguration"]["CorsRules"].clone();
        Ok(Bucket {
            name: text(bucket, "BucketName")?,
            cors: serde_json::from_value(cors).map_err(|_| malformed("CorsRules"))?,
            prefix: text(&notification["Filter"]["S3Key"]["Rules"][0], "Value")?,
            function: binary(&text(notification, "Function")?)?,
        })
    }

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

    fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let resources = self.resources.values().filter(move |resource| resource["Type"] == kind);
        resources.map(|resource| &resource["Properties"])
    }

    /// Returns what a function's own policies allow, and those that stand by themselves.
    fn policy(&self, function: &Value) -> Result<Vec<Statement>, TemplateError> {
        let own = function["Policies"].as_array().into_iter().flatten();
        let is_its = |policy: &&Value| {
            let roles = policy["Roles"].as_array();
            roles.is_some_and(|roles| roles.contains(&function["FunctionName"]))
        };
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

fn yaml(text: &str) -> Result<Value, TemplateError> {
    serde_saphyr::from_str(text).map_err(|error| TemplateError::Yaml(error.to_string()))
}

fn variables(properties: &Value) -> Result<BTreeMap<String, String>, TemplateError> {
    match properties.get("Environment") {
        None => Ok(BTreeMap::new()),
        Some(environment) => serde_json::from_value(environment["Variables"].clone())
            .map_err(|_| malformed("environment")),
    }
}

fn cors(configuration: &Value) -> Result<Option<Cors>, TemplateError> {
    serde_json::from_value(configuration.clone()).map_err(|_| malformed("CORS"))
}

fn statements<'a>(
    policies: impl Iterator<Item = &'a Value>,
) -> Result<Vec<Statement>, TemplateError> {
    let statements =
        policies.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
    let statement = |statement: &Value| serde_json::from_value(statement.clone());
    statements.map(statement).collect::<Result<_, _>>().map_err(|_| malformed("Policies"))
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
mod tests {
    use super::*;

    fn template() -> Template {
        Template::read(&BTreeMap::from([("AllowHosts".to_owned(), "127.0.0.1".to_owned())]))
            .unwrap()
    }

    #[test]
    fn functions_have_their_settings_and_routes() {
        let functions = template().functions().unwrap();
        let wait = functions.iter().find(|function| function.binary == "wait-task").unwrap();
        assert_eq!(wait.variables["RECAST_WAIT_SECONDS"], "28");
        assert_eq!(wait.variables["RECAST_TABLE"], "recast");
        assert_eq!(wait.variables["RECAST_ALLOW_HOSTS"], "127.0.0.1");
        let route = Route { method: "GET".to_owned(), path: "/v2/tasks/{id}/wait".to_owned() };
        assert!(wait.routes.contains(&route));
        assert!(functions.iter().any(|function| function.binary == "sweep" && function.scheduled));
        assert!(functions.iter().any(|function| function.binary == "sync" && function.has_url));
    }

    #[test]
    fn the_machine_names_its_functions() {
        let machines = template().state_machines().unwrap();
        assert_eq!(machines[0].name, "recast-task");
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:recast-fail-task";
        assert_eq!(machines[0].definition_substitutions["FailTask"], arn);
    }

    #[test]
    fn the_bucket_notifies_of_uploads() {
        let bucket = template().bucket().unwrap();
        assert_eq!(
            (bucket.prefix.as_str(), bucket.function.as_str()),
            ("uploads/", "receive-upload")
        );
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let text =
            "Resources: { A: { Type: X, Properties: { Name: { 'Fn::ImportValue': other } } } }";
        assert!(matches!(Template::parse(text, &BTreeMap::new()), Err(TemplateError::Resolve(_))));
    }
}
