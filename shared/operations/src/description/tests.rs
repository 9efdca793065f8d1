use std::collections::BTreeSet;

use egress::AllowedHosts;
use engines::Catalogue;
use serde_json::{Map, Value, json};

use super::*;
use crate::{Invalid, Operation, Rules};

fn rules() -> Rules {
    Rules {
        catalogue: Catalogue::embedded(),
        hosts: AllowedHosts::default(),
        role_buckets: Vec::new(),
    }
}

/// Returns a payload of the operation with all its parameters, each as it should be.
fn payload(operation: &Description) -> Map<String, Value> {
    let value = |parameter: &Parameter| match (parameter.name, parameter.kind) {
        ("engine", _) => json!("image"),
        ("engine_version", _) => json!(env!("CARGO_PKG_VERSION")),
        ("host", _) => json!("sftp.example.org"),
        ("host_key", _) => json!(format!("SHA256:{}", "a".repeat(43))),
        ("private_key", _) => json!("-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----"),
        ("storage_access_key", _) => json!("YQ=="),
        (_, ParameterKind::Choice { words, .. }) => json!(words[0]),
        (_, ParameterKind::Address) => json!("https://example.org/a.png"),
        (_, ParameterKind::Base64) => json!("YQ=="),
        (_, ParameterKind::String | ParameterKind::FileName) => json!("a.png"),
        (_, ParameterKind::Boolean { default }) => json!(!default),
        (_, ParameterKind::Integer { min, .. }) => json!(min),
        (_, ParameterKind::Format) => json!("png"),
        (_, ParameterKind::Dictionary) => json!({ "accept": "*/*" }),
        (_, ParameterKind::Tasks) => json!(["a"]),
    };
    let member = |parameter: &Parameter| (parameter.name.to_owned(), value(parameter));
    operation.parameters.iter().map(member).collect()
}

/// Returns values that a parameter of that type must not have.
fn wrong(kind: ParameterKind) -> Vec<Value> {
    match kind {
        ParameterKind::String => vec![json!(7), json!(["a"])],
        ParameterKind::Address => vec![json!(7), json!("ftp://example.org/")],
        ParameterKind::FileName => vec![json!(7), json!(".."), json!("a/")],
        ParameterKind::Base64 => vec![json!(7), json!("~"), json!("YR==")],
        ParameterKind::Boolean { .. } => vec![json!("perhaps"), json!(2)],
        ParameterKind::Integer { min, max, .. } => {
            vec![json!("soon"), json!(min - 1), json!(max + 1)]
        }
        ParameterKind::Format | ParameterKind::Choice { .. } => vec![json!(7), json!("nothing")],
        ParameterKind::Dictionary => vec![json!("a"), json!({ "a": 7 })],
        // Who knows the other tasks reads these.
        ParameterKind::Tasks => Vec::new(),
    }
}

fn refused(path: &str, payload: &Map<String, Value>) -> Vec<Invalid> {
    Operation::parse(path, payload, &rules()).err().unwrap_or_default()
}

/// Returns the operations to ask for. What engines do is read in one way, whatever it is: `convert` stands for all.
fn asked() -> impl Iterator<Item = &'static Description> {
    catalogue().iter().filter(|it| !it.by_engines || it.path == "convert")
}

fn each(check: impl Fn(&Description, &Parameter)) {
    for operation in asked() {
        operation.parameters.iter().for_each(|parameter| check(operation, parameter));
    }
}

#[test]
fn what_is_described_is_taken() {
    for operation in asked() {
        assert_eq!(refused(operation.path, &payload(operation)), [], "{}", operation.path);
    }
}

#[test]
fn a_value_of_another_type_is_refused_by_its_name() {
    each(|operation, parameter| {
        for value in wrong(parameter.kind) {
            let mut payload = payload(operation);
            payload.insert(parameter.name.to_owned(), value.clone());
            let fields: BTreeSet<_> =
                refused(operation.path, &payload).into_iter().map(|one| one.field).collect();
            let (path, name) = (operation.path, parameter.name.to_owned());
            assert_eq!(fields, BTreeSet::from([name]), "{path} {} {value}", parameter.name);
        }
    });
}

#[test]
fn what_is_required_and_nothing_else_must_be_there() {
    each(|operation, parameter| {
        let mut payload = payload(operation);
        payload.remove(parameter.name);
        // Who knows the other tasks misses those.
        let required = parameter.required && parameter.kind != ParameterKind::Tasks;
        let message = format!("The {} field is required.", parameter.name.replace('_', " "));
        let missed = Invalid { field: parameter.name.to_owned(), message };
        let expect = if required { vec![missed] } else { Vec::new() };
        assert_eq!(
            refused(operation.path, &payload),
            expect,
            "{} {}",
            operation.path,
            parameter.name
        );
    });
}

#[test]
fn names_are_told_once_and_credentials_are_secret() {
    let paths: BTreeSet<_> = catalogue().iter().map(|operation| operation.path).collect();
    assert_eq!(paths.len(), catalogue().len());
    for operation in catalogue() {
        let names: BTreeSet<_> = operation.parameters.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), operation.parameters.len(), "{}", operation.path);
    }
    each(|operation, parameter| {
        let secret = parameter.name == "headers" || crate::mask::is_credential(parameter.name);
        assert_eq!(parameter.secret, secret, "{} {}", operation.path, parameter.name);
    });
}

#[test]
fn types_have_names_defaults_and_words() {
    let convert = describe("convert").unwrap();
    let find = |name: &str| convert.parameters.iter().find(|it| it.name == name).unwrap();
    let timeout = find("timeout");
    assert_eq!((timeout.type_name(), timeout.default_value()), ("integer", json!(18_000)));
    let output = find("output_format");
    assert_eq!((output.type_name(), output.default_value()), ("enum", Value::Null));
    assert!(output.possible_values().contains(&"docx") && output.required);
    assert!(timeout.possible_values().is_empty());
    assert!(convert.takes_input() && !describe("import/url").unwrap().takes_input());
    assert!(describe("import/telepathy").is_none());
}
