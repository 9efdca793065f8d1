use serde::Deserialize;

/// A method and a path, with variable parts in braces: `GET /v2/tasks/{id}`.
///
/// An event without both is the catch-all, as SAM has it: `$default`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Route {
    /// The method; `ANY` is each.
    #[serde(default = "any")]
    pub method: String,
    /// The path.
    #[serde(default = "default")]
    pub path: String,
}

impl Route {
    /// Returns what an event calls the route.
    #[must_use]
    pub fn key(&self) -> String {
        if self.is_default() { default() } else { format!("{} {}", self.method, self.path) }
    }

    pub(crate) fn is_default(&self) -> bool {
        self.path == "$default"
    }

    pub(crate) fn is_any(&self) -> bool {
        self.method.eq_ignore_ascii_case("any")
    }
}

fn any() -> String {
    "ANY".to_owned()
}

fn default() -> String {
    "$default".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(properties: Value, key: &str) {
        assert_eq!(serde_json::from_value::<Route>(properties).unwrap().key(), key);
    }

    #[test]
    fn an_event_without_a_path_takes_what_no_other_does() {
        check(json!({ "ApiId": "Api", "Method": "GET", "Path": "/v2/jobs" }), "GET /v2/jobs");
        check(json!({ "ApiId": "Api", "Path": "/v2/jobs" }), "ANY /v2/jobs");
        check(json!({ "ApiId": "Api", "Method": "ANY", "Path": "$default" }), "$default");
        check(json!({ "ApiId": "Api" }), "$default");
    }
}
