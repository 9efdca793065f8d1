//! The options of what engines do, from what the engines say of themselves.

use engines::{Catalogue, Kind, OptionSpec};
use serde_json::{Map, Value, json};

use crate::payloads::nullable;

/// Returns the schema of every option that any engine takes for an operation, by its name; which of them a pair takes is told
/// by the list of operations.
pub(crate) fn all(operation: &str) -> Map<String, Value> {
    let catalogue = Catalogue::embedded();
    let routes = catalogue.engines().flat_map(|(engine, _)| engine.routes);
    let mut found: Map<String, Value> = Map::new();
    let routes = routes.filter(|route| route.operation == operation);
    for option in routes.flat_map(|route| route.options) {
        let schema = schema(option);
        match found.get_mut(option.name) {
            None => drop(found.insert(option.name.to_owned(), schema)),
            Some(known) => widen(known, schema),
        }
    }
    found
}

fn schema(option: &OptionSpec) -> Value {
    let mut schema = nullable(match &option.kind {
        Kind::Boolean { .. } => json!({ "type": "boolean" }),
        Kind::Integer { min, max, .. } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        Kind::Enum(words) => json!({ "type": "string", "enum": words }),
        Kind::Float { min, max, .. } => {
            json!({ "type": "number", "minimum": min, "maximum": max })
        }
        Kind::String { .. } => json!({ "type": "string" }),
        Kind::Secret => json!({ "type": "string", "format": "password" }),
        Kind::List { .. } => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Dictionary => json!({
            "type": "object",
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        }),
    });
    schema["description"] = option.rule().into();
    schema
}

/// Two engines may take other values for one option.
fn widen(known: &mut Value, other: Value) {
    if *known == other {
        return;
    }
    match known.get_mut("anyOf").and_then(Value::as_array_mut) {
        Some(all) if all.contains(&other) => {}
        Some(all) => all.push(other),
        None => *known = json!({ "anyOf": [known.take(), other] }),
    }
}
