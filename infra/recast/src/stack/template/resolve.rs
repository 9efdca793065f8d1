use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::stack::names::{ACCOUNT, REGION, STACK, function_arn};
use crate::stack::states::States;

/// An intrinsic function that cannot be resolved here.
#[derive(Debug, thiserror::Error)]
#[error("the template's {0} cannot be resolved by the embedded stack")]
pub struct ResolveError(pub(super) String);

/// Resolves Ref, Fn::Sub, Fn::GetAtt, Fn::If, Fn::Join and Fn::Split as CloudFormation does, and of conditions Fn::Equals
/// and Fn::Not.
pub(super) struct Resolver<'a> {
    pub(super) template: &'a Value,
    parameters: &'a BTreeMap<String, String>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(template: &'a Value, parameters: &'a BTreeMap<String, String>) -> Self {
        Self { template, parameters }
    }

    pub(super) fn resolve(&self, value: Value) -> Result<Value, ResolveError> {
        match value {
            Value::Object(object) => self.resolve_object(object),
            Value::Array(list) => list.into_iter().map(|item| self.resolve(item)).collect(),
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                Ok(plain)
            }
        }
    }

    fn resolve_object(&self, object: Map<String, Value>) -> Result<Value, ResolveError> {
        if let Some((name, argument)) = intrinsic(&object) {
            return match (name, argument) {
                ("Ref", Value::String(name)) => self.reference(name).map(Value::from),
                ("Fn::Sub", Value::String(text)) => {
                    self.substitute(text, &Value::Null).map(Value::from)
                }
                ("Fn::Sub", Value::Array(both)) if both.len() == 2 => {
                    let text = both[0].as_str().unwrap_or_default();
                    self.substitute(text, &self.resolve(both[1].clone())?).map(Value::from)
                }
                ("Fn::Split", Value::Array(both)) if both.len() == 2 => {
                    let text = self.text(&both[1])?;
                    Ok(text.split(both[0].as_str().unwrap_or_default()).collect())
                }
                ("Fn::Join", Value::Array(both)) if both.len() == 2 => {
                    self.join(&both[0], &both[1])
                }
                ("Fn::GetAtt", Value::Array(path)) => self.attribute_of(path).map(Value::from),
                ("Fn::If", Value::Array(choice)) => self.choose(choice),
                (name, argument) => Err(ResolveError(format!("{name} of {argument}"))),
            };
        }
        let there = object.into_iter().filter(|(_, value)| !self.is_nothing(value));
        let members = there.map(|(name, value)| Ok((name, self.resolve(value)?)));
        members.collect::<Result<Map<_, _>, _>>().map(Value::Object)
    }

    fn join(&self, between: &Value, parts: &Value) -> Result<Value, ResolveError> {
        let resolved = self.resolve(parts.clone())?;
        let parts: Option<Vec<_>> =
            resolved.as_array().and_then(|parts| parts.iter().map(Value::as_str).collect());
        let parts = parts.ok_or_else(|| ResolveError(format!("Fn::Join of {resolved}")))?;
        Ok(parts.join(between.as_str().unwrap_or_default()).into())
    }

    fn reference(&self, name: &str) -> Result<String, ResolveError> {
        if let Some(given) = self.parameters.get(name) {
            return Ok(given.clone());
        }
        let pseudo = match name {
            "AWS::StackName" => Some(STACK),
            "AWS::AccountId" => Some(ACCOUNT),
            "AWS::Region" => Some(REGION),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            _ => None,
        };
        if let Some(value) = pseudo {
            return Ok(value.to_owned());
        }
        if let Some(parameter) = self.template["Parameters"].get(name) {
            let default = parameter["Default"].as_str().map(ToOwned::to_owned);
            return default.ok_or_else(|| ResolveError(format!("parameter {name}")));
        }
        self.name_of(name)
    }

    /// A reference to a resource is its name, as far as the embedded stack needs one.
    fn name_of(&self, logical: &str) -> Result<String, ResolveError> {
        // The role that SAM makes for a function; here it is called after it.
        let logical = logical.strip_suffix("Role").unwrap_or(logical);
        // The only stage that SAM makes for an API, unless another is asked for.
        if logical.ends_with(".Stage") {
            return Ok("$default".to_owned());
        }
        let resource = &self.template["Resources"][logical];
        match resource["Type"].as_str() {
            Some("AWS::Logs::LogGroup") => self.text(&resource["Properties"]["LogGroupName"]),
            Some("AWS::ApiGatewayV2::DomainName") => {
                self.text(&resource["Properties"]["DomainName"])
            }
            Some("AWS::Serverless::Function") => self.text(&resource["Properties"]["FunctionName"]),
            Some("AWS::Serverless::HttpApi") => Ok(logical.to_owned()),
            Some("AWS::Serverless::StateMachine") => self.attribute(logical, "Arn"),
            _ => Err(ResolveError(format!("Ref of {logical}"))),
        }
    }

    fn attribute_of(&self, path: &[Value]) -> Result<String, ResolveError> {
        match path {
            [Value::String(logical), Value::String(attribute)] => {
                self.attribute(logical, attribute)
            }
            _ => Err(ResolveError(format!("Fn::GetAtt of {path:?}"))),
        }
    }

    fn attribute(&self, logical: &str, attribute: &str) -> Result<String, ResolveError> {
        let resource = &self.template["Resources"][logical];
        let properties = &resource["Properties"];
        match (resource["Type"].as_str(), attribute) {
            (Some("AWS::Serverless::Function"), "Arn") => {
                Ok(function_arn(&self.text(&properties["FunctionName"])?))
            }
            (Some("AWS::Serverless::StateMachine"), "Arn") => {
                Ok(States::machine_arn(&self.text(&properties["Name"])?))
            }
            (Some("AWS::DynamoDB::Table"), "Arn") => {
                let name = self.text(&properties["TableName"])?;
                Ok(format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"))
            }
            (None, "Arn") if logical.ends_with("Role") => self.name_of(logical),
            _ => Err(ResolveError(format!("{logical}.{attribute}"))),
        }
    }

    pub(super) fn text(&self, value: &Value) -> Result<String, ResolveError> {
        let value = self.resolve(value.clone())?;
        value.as_str().map(ToOwned::to_owned).ok_or_else(|| ResolveError(value.to_string()))
    }

    /// Fills in what the text names: one of `values`, else what a reference would be.
    fn substitute(&self, text: &str, values: &Value) -> Result<String, ResolveError> {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) =
                after.split_once('}').ok_or_else(|| ResolveError(text.to_owned()))?;
            let value = match (values[name].as_str(), name.split_once('.')) {
                (Some(value), _) => value.to_owned(),
                (None, Some((logical, attribute))) => self.attribute(logical, attribute)?,
                (None, None) => self.reference(name)?,
            };
            result.extend([before, &value]);
            rest = behind;
        }
        Ok(result + rest)
    }
}

/// Returns the one intrinsic function that an object is, with its argument.
pub(super) fn intrinsic(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = object.iter().next().filter(|_| object.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_put_together_and_taken_apart() {
        let template = json!({ "Parameters": { "A": { "Default": "a,b" } } });
        let parameters = BTreeMap::new();
        let joined = json!({ "Fn::Join": [",arn:", { "Fn::Split": [",", { "Ref": "A" }] }] });
        let arns = json!({ "Fn::Split": [",", { "Fn::Sub": ["arn:${All}", { "All": joined }] }] });
        let resolved = Resolver::new(&template, &parameters).resolve(arns);
        assert_eq!(resolved.unwrap(), json!(["arn:a", "arn:b"]));
    }
}
