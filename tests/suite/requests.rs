//! Requests as they are, keys, and answers without what differs from run to run.

use domain::OwnerId;
use reqwest::Method;
use serde_json::{Value, json};
use store::{ApiKey, Scope};

use crate::harness::{Answer, World};

/// Sends a request as it is, with a key or without.
pub(crate) async fn send(
    world: &World,
    request: (Method, &str),
    key: Option<&str>,
    body: &str,
) -> Answer {
    let (method, path) = request;
    let url = format!("{}{path}", world.stack.endpoints.api);
    let request = world.http.request(method, url).body(body.to_owned());
    let request = match key {
        Some(key) => request.bearer_auth(key),
        None => request,
    };
    Answer::of(request.send().await.unwrap()).await
}

/// Makes a key and returns it.
pub(crate) async fn key(world: &World, owner: &str, scopes: &[Scope]) -> String {
    let secret = ApiKey::secret(&world.stack.environment.entropy);
    let owner = OwnerId::parse(owner).unwrap();
    let key = ApiKey::new(&secret, owner, scopes.to_vec(), world.clock.now());
    world.store().put_key(&key).await.unwrap();
    secret
}

/// Writes an answer down without what differs from run to run.
pub(crate) fn tidy(world: &World, answer: &Answer) -> String {
    let mut body = answer.json();
    let api = world.stack.endpoints.api.trim_end_matches("/v2").to_owned();
    let bucket = world.stack.environment.settings.required("AWS_ENDPOINT_URL_S3").unwrap();
    let first = if body["data"].is_array() { &body["data"][0] } else { &body["data"] };
    let group = first["id"].as_str().unwrap_or("-").to_owned();
    let group = &group[..group.len().min(32)];
    redact(&mut body, &[(&api, "<api>"), (bucket, "<bucket>"), (group, "<group>-")]);
    format!("{} {:#}", answer.status, body)
}

fn redact(value: &mut Value, known: &[(&str, &str)]) {
    match value {
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, value)| match name.as_str() {
                "X-Amz-Credential" | "X-Amz-Date" | "X-Amz-Signature" | "Policy" => {
                    *value = json!(format!("<{}>", name.to_lowercase()));
                }
                name if name.ends_with("_at") && value.is_string() => *value = json!("<time>"),
                _ => redact(value, known),
            })
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact(value, known)),
        Value::String(text) => {
            for (from, to) in known {
                *text = text.replace(from, to);
            }
            let secret =
                |part: &str| part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit());
            let parts = text.split('/').map(|part| if secret(part) { "<secret>" } else { part });
            *text = parts.collect::<Vec<_>>().join("/");
            if let Some(at) = text.find("cursor=") {
                text.replace_range(at.., "cursor=<place>");
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
