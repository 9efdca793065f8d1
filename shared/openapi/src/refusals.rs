//! What a request can be refused with.

use serde_json::{Map, Value, json};

use crate::endpoint::{reference, with_headers};

/// The name of each refusal, its status, its code, and when it comes.
const REFUSALS: [(&str, u16, &str, &str); 7] = [
    ("Unauthenticated", 401, "UNAUTHENTICATED", "There is no key, or none that is known."),
    ("Forbidden", 403, "FORBIDDEN", "The key lacks the scope."),
    ("NotFound", 404, "NOT_FOUND", "It is not there, is somebody else's, or has expired."),
    ("PayloadTooLarge", 413, "PAYLOAD_TOO_LARGE", "The body is larger than may be."),
    ("Invalid", 422, "INVALID_DATA", "The request is wrong; `errors` says what, by field."),
    ("TooManyRequests", 429, "TOO_MANY_REQUESTS", "It is one too many for now."),
    ("Unavailable", 503, "SERVICE_UNAVAILABLE", "A service did not answer; try again."),
];

/// Returns a reference to the refusal of a status.
pub(crate) fn of(status: u16) -> Value {
    let name = REFUSALS.iter().find(|(_, of, ..)| *of == status).map_or("", |(name, ..)| name);
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// Returns every refusal by its name.
pub(crate) fn all() -> Map<String, Value> {
    let refusal = |(name, status, code, description): (&str, u16, &str, &str)| {
        let content = json!({ "application/json": { "schema": schema(status, code) } });
        let response = json!({ "description": description, "content": content });
        (name.to_owned(), with_headers(response, headers(status)))
    };
    REFUSALS.map(refusal).into_iter().collect()
}

fn schema(status: u16, code: &str) -> Value {
    let code = json!({ "properties": { "code": { "const": code } } });
    match status {
        // The gateway has a say in it, and no code.
        413 => {
            json!({ "type": "object", "required": ["message"], "properties": { "message": { "type": "string" }, "code": { "type": "string" } } })
        }
        _ => json!({ "allOf": [reference("Error"), code] }),
    }
}

fn headers(status: u16) -> Value {
    let text = json!({ "required": true, "schema": { "type": "string" } });
    match status {
        401 => json!({ "WWW-Authenticate": text }),
        429 => {
            let mut headers = rate();
            headers["Retry-After"] = retry_after();
            headers
        }
        503 => json!({ "Retry-After": retry_after() }),
        _ => json!({}),
    }
}

fn retry_after() -> Value {
    let description = "After how many seconds to try again.";
    json!({ "required": true, "description": description, "schema": { "type": "integer" } })
}

/// The headers that tell how a key stands; absent where nobody counts.
pub(crate) fn rate() -> Value {
    let header =
        |description: &str| json!({ "description": description, "schema": { "type": "integer" } });
    json!({
        "X-RateLimit-Limit": header("How many jobs and tasks the key may create in a minute."),
        "X-RateLimit-Remaining": header("How many of them are left."),
        "X-RateLimit-Reset": header("When the next minute begins, in seconds since 1970."),
    })
}
