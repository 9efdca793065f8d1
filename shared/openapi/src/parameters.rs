//! Parameters of the path, the query and the header.

use serde_json::{Value, json};

/// The id in a path; what cannot be one is not there.
pub(crate) fn id() -> Value {
    let schema = json!({ "type": "string", "format": "uuid" });
    json!({ "name": "id", "in": "path", "required": true, "schema": schema })
}

/// Makes a parameter of the query; an empty one is none, since some clients send every one.
pub(crate) fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({
        "name": name,
        "in": "query",
        "description": description,
        "allowEmptyValue": true,
        "schema": schema,
    })
}

/// Makes a parameter of the query that is a flag; 0 and 1 are taken, too.
pub(crate) fn flag(name: &str, description: &str) -> Value {
    query(name, description, json!({ "type": "boolean", "default": false }))
}

/// Makes a filter.
pub(crate) fn filter(name: &str) -> Value {
    let description = format!("Only what has this {}.", name.replace('_', " "));
    query(&format!("filter[{name}]"), &description, json!({ "type": "string" }))
}

/// Makes the filter by one of a few words.
pub(crate) fn status(words: &[&str]) -> Value {
    query(
        "filter[status]",
        "Only what has this status.",
        json!({ "type": "string", "enum": words }),
    )
}

/// What is to be shown beside what is asked for: these words, with commas between them.
pub(crate) fn include(words: &[&str]) -> Value {
    let description = format!("What to show besides, by commas: {}.", words.join(", "));
    query("include", &description, json!({ "type": "string", "examples": words }))
}

/// Which page of a list is asked for.
pub(crate) fn paging(most: usize) -> [Value; 2] {
    let number = || json!({ "type": "integer", "minimum": 1 });
    let size = format!("How many items a page has; {most} at the most, whatever is asked for.");
    [query("per_page", &size, number()), query("page", "The number of the page.", number())]
}

/// Where a page of a long list begins, as `links.next` has it.
pub(crate) fn cursor() -> Value {
    query("cursor", "Where the page begins, as links.next has it.", json!({ "type": "string" }))
}

/// What makes a request that comes twice have its effect once.
pub(crate) fn idempotency_key() -> Value {
    let description =
        "Names the request: another like it within 24 hours has no effect of its own.";
    let schema = json!({ "type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$" });
    json!({ "name": "Idempotency-Key", "in": "header", "description": description, "schema": schema })
}

/// The tags of answers that the client has.
pub(crate) fn if_none_match() -> Value {
    let schema = json!({ "type": "string" });
    let description = "The ETags of the answers that the client has.";
    json!({ "name": "If-None-Match", "in": "header", "description": description, "schema": schema })
}
