use serde_json::{Map, Value};

use crate::describe;

/// What stands for a value that must not be shown.
const MASK: &str = "***";

/// Members that hold credentials, whatever the operation and however deep they lie; besides them, what
/// an engine calls a secret.
const CREDENTIALS: [&str; 12] = [
    "access_key_id",
    "api_key",
    "client_secret",
    "password",
    "private_key",
    "sas_token",
    "secret_access_key",
    "session_token",
    "set_owner_password",
    "set_password",
    "storage_access_key",
    "token",
];

/// Returns the payload as it may be shown: each credential in it is `***`, and so is each value in a
/// parameter that its operation calls secret, such as the headers of import/url.
///
/// `input` names tasks and stays as it is, and so does `null`, which hides nothing.
#[must_use]
pub fn masked(path: &str, payload: &Map<String, Value>) -> Map<String, Value> {
    let parameters = describe(path).map_or(&[][..], |operation| operation.parameters);
    let is_secret =
        |name: &str| parameters.iter().any(|parameter| parameter.secret && parameter.name == name);
    let show = |(name, value): (&String, &Value)| {
        let value = match name.as_str() {
            "input" => value.clone(),
            name if is_secret(name) => hidden(value),
            name => shown(name, value),
        };
        (name.clone(), value)
    };
    payload.iter().map(show).collect()
}

pub(crate) fn is_credential(name: &str) -> bool {
    let is_it = |credential: &str| name.eq_ignore_ascii_case(credential);
    CREDENTIALS.iter().any(|credential| is_it(credential)) || engines::secrets().any(is_it)
}

/// Returns the values of a payload that must not be shown, wherever else they might be.
#[must_use]
pub fn secrets(path: &str, payload: &Map<String, Value>) -> Vec<String> {
    let (whole, shown) = (Value::Object(payload.clone()), Value::Object(masked(path, payload)));
    let mut secrets = Vec::new();
    collect(&whole, Some(&shown), &mut secrets);
    secrets
}

/// Collects the texts and numbers in a value that are not shown as they are.
fn collect(value: &Value, shown: Option<&Value>, secrets: &mut Vec<String>) {
    match value {
        _ if Some(value) == shown => {}
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            collect(value, shown.and_then(|shown| shown.get(name)), secrets);
        }),
        Value::Array(values) => values.iter().enumerate().for_each(|(number, value)| {
            collect(value, shown.and_then(|shown| shown.get(number)), secrets);
        }),
        Value::String(text) => secrets.push(text.clone()),
        Value::Number(number) => secrets.push(number.to_string()),
        Value::Bool(_) | Value::Null => {}
    }
}

fn shown(name: &str, value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        _ if is_credential(name) => MASK.into(),
        Value::Object(members) => {
            let show = |(name, value): (&String, &Value)| (name.clone(), shown(name, value));
            Value::Object(members.iter().map(show).collect())
        }
        Value::Array(values) => values.iter().map(|value| shown("", value)).collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Hides each value of an object, whose names may be seen; anything else as a whole.
fn hidden(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Object(members) => {
            Value::Object(members.keys().map(|name| (name.clone(), MASK.into())).collect())
        }
        Value::Array(values) if values.is_empty() => value.clone(),
        Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => MASK.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Operation;

    /// Checks what is shown, and that what is changed for it lies in no row.
    #[track_caller]
    fn check(path: &str, payload: Value, expect: Value) {
        let payload = payload.as_object().unwrap();
        assert_eq!(Value::Object(masked(path, payload)), expect);
        let secrets = Value::Object(payload.clone()) != expect;
        assert_eq!(Operation::has_secrets(path, payload), secrets);
    }

    #[test]
    fn header_values_are_hidden_and_their_names_are_not() {
        let payload = json!({ "url": "https://example.org", "headers": { "authorization": "Bearer a", "accept": ["b"] } });
        let shown = json!({ "url": "https://example.org", "headers": { "authorization": "***", "accept": "***" } });
        check("import/url", payload, shown);
        for nothing in [json!({}), json!([]), json!(null)] {
            let payload = json!({ "headers": nothing });
            check("import/url", payload.clone(), payload);
        }
        check("import/url", json!({ "headers": "a: b" }), json!({ "headers": "***" }));
    }

    #[test]
    fn credentials_are_hidden_at_any_operation_and_depth() {
        for name in CREDENTIALS {
            for path in ["convert", "import/url", "import/s3"] {
                check(path, json!({ name: "a", "b": 1 }), json!({ name: "***", "b": 1 }));
                let nested = |value: Value| json!({ "storage": [{ "more": { name: value } }] });
                check(path, nested(json!({ "a": 1 })), nested(json!("***")));
            }
        }
        check(
            "convert",
            json!({ "Password": 7, "token": null }),
            json!({ "Password": "***", "token": null }),
        );
    }

    #[test]
    fn every_secret_of_an_engine_or_an_operation_is_hidden() {
        let engines = engines::Catalogue::embedded();
        let routes = engines.engines().flat_map(|(engine, _)| engine.routes);
        for (route, option) in routes.flat_map(|it| it.options.iter().map(move |by| (it, by))) {
            let secret = matches!(option.kind, engines::Kind::Secret);
            assert_eq!(
                is_credential(option.name),
                secret,
                "{} of {}",
                option.name,
                route.operation
            );
        }
        let operations = crate::catalogue().iter();
        for (path, it) in operations.flat_map(|of| of.parameters.iter().map(|it| (of.path, it))) {
            let payload = json!({ it.name: "abc" });
            let hidden = Operation::has_secrets(path, payload.as_object().unwrap());
            assert_eq!(hidden, it.secret || is_credential(it.name), "{} of {path}", it.name);
        }
    }

    #[test]
    fn secrets_are_what_is_not_shown() {
        let payload = json!({
            "url": "https://example.org",
            "headers": { "a": "one", "b": ["two"] },
            "storage": [{ "token": { "deep": 3 }, "bucket": "b" }],
            "password": null,
        });
        let secrets = secrets("import/url", payload.as_object().unwrap());
        assert_eq!(secrets, ["one", "two", "3"]);
    }

    #[test]
    fn names_of_tasks_and_what_only_sounds_like_a_credential_stay() {
        let plain = json!({
            "input": ["password", "token"],
            "output_format": "pdf",
            "password_hint": "a",
            "filename": "password",
            "list": ["token", ["api_key"]],
        });
        check("convert", plain.clone(), plain);
    }
}
