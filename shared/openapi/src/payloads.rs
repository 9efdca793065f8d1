//! What operations take, from what they say of themselves.

use domain::MOST_TASKS;
use operations::{Description, Parameter, ParameterKind, catalogue};
use serde_json::{Map, Value, json};

use crate::endpoint::reference;
use crate::options;

/// An address of the web; what is wrong with one that looks like it, only a look at all of it tells.
const ADDRESS: &str = r"^https?://[^\s/?#\\]+";

/// At least one character that a name keeps, in the last part of a path.
const FILE_NAME: &str =
    r#"[^\s.<>:"|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\][^/\\]*$"#;

/// Standard base64, padded or not, without bits to spare.
const BASE64: &str =
    r"^\s*([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw](==)?|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=?)?\s*$";

/// The name of a header, RFC 9110, section 5.6.2.
const HEADER: &str = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/// Returns the schema of each operation's payload, of each as a task of a job, and of a job.
pub(crate) fn all() -> Map<String, Value> {
    let payloads = catalogue().iter().map(|it| (name(it), payload(it)));
    let members = catalogue().iter().map(|it| (member_name(it), member(it)));
    let job = [("NewTask".to_owned(), any_member()), ("NewJob".to_owned(), job())];
    payloads.chain(members).chain(job).collect()
}

/// Returns what the payload of an operation is called: `ImportUrl`.
pub(crate) fn name(operation: &Description) -> String {
    let part = |part: &str| part[..1].to_uppercase() + &part[1..];
    operation.path.split('/').map(part).collect()
}

fn member_name(operation: &Description) -> String {
    format!("{}Task", name(operation))
}

fn payload(operation: &Description) -> Value {
    let property = |it: &Parameter| (it.name.to_owned(), parameter(it));
    let mut properties: Map<_, _> = operation.parameters.iter().map(property).collect();
    if operation.by_engines {
        properties.extend(options::all(operation.path));
    }
    let required = operation.parameters.iter().filter(|it| it.required).map(|it| it.name);
    json!({
        "type": "object",
        "description": operation.summary,
        "required": required.collect::<Vec<_>>(),
        "properties": properties,
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let mut schema = kind(parameter.kind);
    if !parameter.required {
        schema = nullable(schema);
    }
    schema["description"] = parameter.description.into();
    if !parameter.default_value().is_null() {
        schema["default"] = parameter.default_value();
    }
    schema
}

/// An address of the web.
pub(crate) fn address() -> Value {
    let example = "https://example.org/report.docx";
    json!({ "type": "string", "pattern": ADDRESS, "examples": [example] })
}

fn kind(kind: ParameterKind) -> Value {
    match kind {
        ParameterKind::String => json!({ "type": "string" }),
        ParameterKind::Address => address(),
        ParameterKind::FileName => json!({ "type": "string", "pattern": FILE_NAME }),
        ParameterKind::Base64 => {
            json!({ "type": "string", "contentEncoding": "base64", "pattern": BASE64 })
        }
        ParameterKind::Boolean { .. } => json!({ "type": "boolean" }),
        ParameterKind::Integer { min, max, .. } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        ParameterKind::Format => {
            let formats: Vec<_> = engines::Format::ALL.iter().map(|it| it.extension()).collect();
            json!({ "type": "string", "enum": formats })
        }
        ParameterKind::Choice { words, .. } => json!({ "type": "string", "enum": words }),
        ParameterKind::Dictionary => json!({
            "type": "object",
            "propertyNames": { "pattern": HEADER },
            "additionalProperties": { "type": "string", "pattern": r"^[^\x00-\x08\x0a-\x1f\x7f]*$" },
        }),
        ParameterKind::Tasks => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": MOST_TASKS },
        ] }),
    }
}

/// Null counts as absent.
pub(crate) fn nullable(mut schema: Value) -> Value {
    let Some(kind) = schema.get("type").cloned() else {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    };
    schema["type"] = json!([kind, "null"]);
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}

/// The payload of an operation with what makes a task of a job of it.
fn member(operation: &Description) -> Value {
    let ignore = json!({
        "type": ["boolean", "null"],
        "default": false,
        "description": "Whether the job goes on when the task fails.",
    });
    let own = json!({
        "type": "object",
        "required": ["operation"],
        "properties": { "operation": { "const": operation.path }, "ignore_error": ignore },
    });
    json!({ "allOf": [reference(&name(operation)), own] })
}

fn any_member() -> Value {
    let members: Vec<_> = catalogue().iter().map(|it| reference(&member_name(it))).collect();
    let place = |it: &Description| (it.path.to_owned(), reference(&member_name(it))["$ref"].take());
    let mapping: Map<_, _> = catalogue().iter().map(place).collect();
    json!({
        "oneOf": members,
        "discriminator": { "propertyName": "operation", "mapping": mapping },
    })
}

fn job() -> Value {
    json!({
        "type": "object",
        "required": ["tasks"],
        "properties": {
            "tasks": {
                "type": "object",
                "description": "The tasks, by names.",
                "propertyNames": { "pattern": "^[A-Za-z0-9_-]{1,100}$" },
                "additionalProperties": reference("NewTask"),
                "minProperties": 1,
                "maxProperties": MOST_TASKS,
            },
            "tag": { "type": ["string", "null"], "maxLength": 1024, "description": "What to call it." },
            "webhook_url": {
                "type": ["string", "null"],
                "pattern": format!("^$|{ADDRESS}"),
                "maxLength": 2048,
                "examples": ["https://example.org/ended"],
                "description": "The address that is told when the job has ended.",
            },
            "redirect": {
                "type": ["boolean", "null"],
                "description": "Whether who waits for it is led to its file, which an export/url task gives out.",
            },
        },
    })
}
