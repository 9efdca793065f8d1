use serde_json::{Map, Value};

use crate::stack::names::{ACCOUNT, REGION, function_arn, function_name};

/// An action on a resource, as policies name them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Demand {
    pub(super) action: String,
    pub(super) resource: String,
}

/// Returns what a request to DynamoDB, Step Functions or Lambda needs to be allowed. What it needs of the bucket, the
/// bucket knows.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
pub(super) fn demands(target: Option<&str>, path: &str, body: &[u8]) -> Vec<Demand> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match target.and_then(|target| target.split_once('.')) {
        Some(("DynamoDB_20120810", operation)) => of_table(operation, &body),
        Some(("AWSStepFunctions", operation)) => vec![of_machine(operation, &body)],
        Some(_) | None => of_function(path).into_iter().collect(),
    }
}

fn of_table(operation: &str, body: &Value) -> Vec<Demand> {
    let demand = |action: &str, body: &Value| Demand {
        action: format!("dynamodb:{action}"),
        resource: table_arn(text(body, "TableName"), body["IndexName"].as_str()),
    };
    match operation {
        "BatchGetItem" | "BatchWriteItem" => members(&body["RequestItems"])
            .map(|(table, _)| Demand {
                action: format!("dynamodb:{operation}"),
                resource: table_arn(table, None),
            })
            .collect(),
        "TransactGetItems" | "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().into_iter().flatten();
            let demands = items.flat_map(members).map(|(action, item)| match action.as_str() {
                "ConditionCheck" => demand("ConditionCheckItem", item),
                action => demand(&format!("{action}Item"), item),
            });
            demands.collect()
        }
        operation => vec![demand(operation, body)],
    }
}

fn of_machine(operation: &str, body: &Value) -> Demand {
    let name = if operation == "StartExecution" { "stateMachineArn" } else { "executionArn" };
    Demand { action: format!("states:{operation}"), resource: text(body, name).to_owned() }
}

fn of_function(path: &str) -> Option<Demand> {
    let function = path.strip_prefix("/2015-03-31/functions/")?.strip_suffix("/invocations")?;
    let resource = function_arn(function_name(function));
    Some(Demand { action: "lambda:InvokeFunction".to_owned(), resource })
}

fn table_arn(table: &str, index: Option<&str>) -> String {
    let table = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}");
    index.map_or(table.clone(), |index| format!("{table}/index/{index}"))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(target: Option<&str>, path: &str, body: &Value, expected: &[(&str, &str)]) {
        let found = demands(target, path, body.to_string().as_bytes());
        let found: Vec<_> =
            found.iter().map(|it| (it.action.as_str(), it.resource.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_request_needs_what_aws_says() {
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/a";
        let index = format!("{table}/index/due");
        let get = json!({ "TableName": "a", "Key": {} });
        check(Some("DynamoDB_20120810.GetItem"), "/", &get, &[("dynamodb:GetItem", table)]);
        let query = json!({ "TableName": "a", "IndexName": "due" });
        check(Some("DynamoDB_20120810.Query"), "/", &query, &[("dynamodb:Query", &index)]);
        let batch = json!({ "RequestItems": { "a": {} } });
        let batch_get = [("dynamodb:BatchGetItem", table)];
        check(Some("DynamoDB_20120810.BatchGetItem"), "/", &batch, &batch_get);
        let write = json!({ "TransactItems": [
            { "Put": { "TableName": "a" } }, { "ConditionCheck": { "TableName": "a" } },
        ] });
        let both = [("dynamodb:PutItem", table), ("dynamodb:ConditionCheckItem", table)];
        check(Some("DynamoDB_20120810.TransactWriteItems"), "/", &write, &both);
        let start = json!({ "stateMachineArn": "b" });
        check(
            Some("AWSStepFunctions.StartExecution"),
            "/",
            &start,
            &[("states:StartExecution", "b")],
        );
        let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
        let path = "/2015-03-31/functions/f/invocations";
        check(None, path, &json!({}), &[("lambda:InvokeFunction", function)]);
        check(None, "/bucket/key", &json!({}), &[]);
    }
}
