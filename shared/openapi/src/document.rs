use serde_json::{Map, Value, json};

use crate::endpoint::Endpoint;
use crate::{endpoints, payloads, refusals, schemas};

const SUMMARY: &str = "File conversion in its owner's own AWS account, by the CloudConvert API v2.";

const KEY: &str = "A key of this service. It does what its scopes say: `user.read` and `user.write`, \
    `task.read` and `task.write` for jobs and tasks, `webhook.read` and `webhook.write`. The scope \
    that an operation needs is named beside it.";

/// The document, and the paths that it has.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    /// Methods in capitals, by path; paths without variable parts go first.
    paths: Vec<(String, Vec<String>)>,
}

impl Document {
    /// Makes the document.
    #[must_use]
    pub fn new() -> Self {
        let paths = paths(endpoints::all());
        let known = paths.iter().map(|(path, item)| (path.clone(), methods(item)));
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(path, _)| path.matches('{').count());
        Self { text: document(paths).to_string(), paths: known }
    }

    /// Returns the document as JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the methods of a path, such as `/tasks/1`, in capitals; none when the document has no
    /// such path.
    #[must_use]
    pub fn methods(&self, path: &str) -> Option<&[String]> {
        let fits = |(template, _): &&(String, Vec<String>)| is_one_of(template, path);
        self.paths.iter().find(fits).map(|(_, methods)| methods.as_slice())
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

fn document(paths: Map<String, Value>) -> Value {
    let mut schemas = schemas::all();
    schemas.extend(payloads::all());
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Recast",
            "summary": SUMMARY,
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/v2" }],
        "tags": endpoints::tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": refusals::all(),
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": KEY },
            },
        },
    })
}

fn paths(endpoints: Vec<Endpoint>) -> Map<String, Value> {
    let mut paths = Map::new();
    for endpoint in endpoints {
        let (path, method) = (endpoint.path.clone(), endpoint.method);
        paths.entry(path).or_insert_with(|| json!({}))[method] = endpoint.into_value();
    }
    paths
}

fn methods(item: &Value) -> Vec<String> {
    item.as_object().into_iter().flat_map(Map::keys).map(|method| method.to_uppercase()).collect()
}

/// Returns whether a path fits a template, part by part.
fn is_one_of(template: &str, path: &str) -> bool {
    let (parts, of) = (path.split('/'), template.split('/'));
    let fits = |(part, of): (&str, &str)| part == of || (of.starts_with('{') && !part.is_empty());
    parts.clone().count() == of.clone().count() && parts.zip(of).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Option<&[&str]>) {
        let document = Document::new();
        let methods = document.methods(path);
        let methods: Option<Vec<_>> = methods.map(|it| it.iter().map(String::as_str).collect());
        assert_eq!(methods.as_deref(), expect, "{path}");
    }

    #[test]
    fn a_path_has_the_methods_of_the_document() {
        check("/tasks/1", Some(&["GET", "DELETE"]));
        check("/tasks", Some(&["GET"]));
        check("/jobs/1/wait", Some(&["GET"]));
        check("/import/url", Some(&["POST"]));
        check("/users/me", Some(&["GET"]));
        for path in ["/tasks/", "/tasks/1/2/3", "/import/telepathy", "/", ""] {
            check(path, None);
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(Document::new().text()).unwrap();
        let mut left = vec![&document];
        while let Some(value) = left.pop() {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
            }
            let members = value.as_object().into_iter().flat_map(Map::values);
            left.extend(members.chain(value.as_array().into_iter().flatten()));
        }
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let mut ids: Vec<_> = endpoints::all().iter().map(|it| it.id().to_owned()).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
