use api::Scope;
use serde_json::{Map, Value, json};

use crate::refusals;

/// What every request with a key can come to.
const WITH_KEY: [u16; 4] = [401, 403, 429, 503];

/// One method of one path, as the document has it.
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    tag: &'static str,
    id: String,
    summary: String,
    description: Option<&'static str>,
    scope: Option<Scope>,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Map<String, Value>,
}

impl Endpoint {
    /// Begins the description of an endpoint that needs no key and comes to nothing yet.
    pub(crate) fn new(
        (method, path): (&'static str, &str),
        (tag, id): (&'static str, &str),
        summary: &str,
    ) -> Self {
        Self {
            method,
            path: path.to_owned(),
            tag,
            id: id.to_owned(),
            summary: summary.to_owned(),
            description: None,
            scope: None,
            parameters: Vec::new(),
            body: None,
            responses: Map::new(),
        }
    }

    /// Says more than the summary does.
    pub(crate) fn described(self, description: &'static str) -> Self {
        Self { description: Some(description), ..self }
    }

    /// Wants a key with this scope.
    pub(crate) fn needs(self, scope: Scope) -> Self {
        Self { scope: Some(scope), ..self }.refused(&WITH_KEY)
    }

    /// Takes parameters of the path, the query or the header.
    pub(crate) fn takes(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Takes a body; it can be too large, or wrong.
    pub(crate) fn body(self, schema: Value, required: bool) -> Self {
        let body = json!({ "required": required, "content": content(schema) });
        Self { body: Some(body), ..self }.refused(&[413, 422])
    }

    /// Can be answered like this.
    pub(crate) fn answers(mut self, status: u16, response: Value) -> Self {
        self.responses.insert(status.to_string(), response);
        self
    }

    /// Can be refused with these statuses, in the API's error shape.
    pub(crate) fn refused(mut self, statuses: &[u16]) -> Self {
        let refusals = statuses.iter().map(|status| (status.to_string(), refusals::of(*status)));
        self.responses.extend(refusals);
        self
    }

    #[cfg(test)]
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the endpoint as the document has it.
    pub(crate) fn into_value(self) -> Value {
        let security: Vec<_> = self.scope.iter().map(|scope| json!({ "key": [scope] })).collect();
        let mut operation = json!({
            "tags": [self.tag],
            "operationId": self.id,
            "summary": self.summary,
            "security": security,
            "parameters": self.parameters,
            "responses": self.responses,
        });
        if let Some(description) = self.description {
            operation["description"] = description.into();
        }
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        operation
    }
}

/// Makes an answer with a body.
pub(crate) fn answer(description: &str, schema: Value) -> Value {
    json!({ "description": description, "content": content(schema) })
}

/// Makes an answer without a body.
pub(crate) fn bare(description: &str) -> Value {
    json!({ "description": description })
}

/// Says what headers an answer has.
pub(crate) fn with_headers(mut response: Value, headers: Value) -> Value {
    response["headers"] = headers;
    response
}

/// Makes an answer that leads elsewhere.
pub(crate) fn leads(response: Value) -> Value {
    let location = json!({ "required": true, "schema": { "type": "string" } });
    with_headers(response, json!({ "Location": location }))
}

/// Names a schema of the document.
pub(crate) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// Makes the schema of an answer with one thing in it.
pub(crate) fn data(schema: &str) -> Value {
    json!({ "type": "object", "required": ["data"], "properties": { "data": reference(schema) } })
}

/// Makes the schema of an answer with a page of things.
pub(crate) fn page(schema: &str) -> Value {
    json!({
        "type": "object",
        "required": ["data", "links", "meta"],
        "properties": {
            "data": { "type": "array", "items": reference(schema) },
            "links": reference("PageLinks"),
            "meta": reference("PageMeta"),
        },
    })
}

fn content(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}
