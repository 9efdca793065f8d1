//! Payloads of tasks, and what tasks say of themselves.

use std::time::Duration;

use domain::JobId;
use serde_json::{Value, json};

use crate::harness::{World, bytes, text};

/// Returns the payload of an import of these bytes.
pub(crate) fn import(bytes: &[u8], name: &str) -> Value {
    use base64::Engine;
    let file = base64::prelude::BASE64_STANDARD.encode(bytes);
    json!({ "operation": "import/base64", "file": file, "filename": name })
}

/// Returns the payload of an import of the picture.
pub(crate) fn picture() -> Value {
    import(&bytes("photo.png"), "photo.png")
}

/// Returns the payload of an import of a text.
pub(crate) fn raw(text: &str, name: &str) -> Value {
    json!({ "operation": "import/raw", "file": text, "filename": name })
}

/// Returns the payload of an import that waits for its file.
pub(crate) fn awaited() -> Value {
    json!({ "operation": "import/upload" })
}

/// Returns the payload of a convert.
pub(crate) fn convert(input: impl Into<Value>, format: &str) -> Value {
    json!({ "operation": "convert", "input": input.into(), "output_format": format })
}

/// Returns the payload of an export.
pub(crate) fn export(input: impl Into<Value>) -> Value {
    json!({ "operation": "export/url", "input": input.into() })
}

/// Creates a task that belongs to no job and returns it.
pub(crate) async fn single(world: &World, mut payload: Value) -> Value {
    let operation = payload["operation"].take();
    world.post(&format!("/{}", text(&operation)), &payload).await.data()
}

/// Waits until a job has ended while time flies, so that whoever backs off comes back soon, and
/// returns it. It looks at the job's row alone, which costs little however many tasks there are.
pub(crate) async fn hurried(world: &World, job: &str) -> Value {
    let (store, id): (_, JobId) = (world.store(), job.parse().unwrap());
    world
        .until(async || {
            world.clock.advance(Duration::from_secs(1));
            store.job(id).await.unwrap().filter(|job| job.ended_at.is_some())
        })
        .await;
    world.get(&format!("/jobs/{job}")).await.data()
}

/// Returns the path that shows a task.
pub(crate) fn path(task: &Value) -> String {
    format!("/tasks/{}", text(&task["id"]))
}

/// Returns the names of a task's files.
#[track_caller]
pub(crate) fn names(task: &Value) -> Vec<&str> {
    let files = task["result"]["files"].as_array().unwrap_or_else(|| panic!("files in {task}"));
    files.iter().map(|file| text(&file["filename"])).collect()
}

/// Returns the address of a task's file.
#[track_caller]
pub(crate) fn url(task: &Value, file: usize) -> &str {
    text(&task["result"]["files"][file]["url"])
}

/// Returns a task's status, code and message.
pub(crate) fn end(task: &Value) -> [&str; 3] {
    [&task["status"], &task["code"], &task["message"]].map(|value| value.as_str().unwrap_or("-"))
}
