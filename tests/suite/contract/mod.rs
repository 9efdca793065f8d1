//! Every endpoint's answers, whole: what a client parses.

mod lists;
mod refusals;
mod service;
mod tasks;
mod waits;
mod webhooks;

use serde_json::{Value, json};

use crate::harness::World;
use crate::tasks::{convert, raw};

/// A job of an import, a convert that fails, and what depends on it.
async fn failed_job(world: &World) -> Value {
    let tasks = json!({ "in": raw("# Hello", "a.md"), "to": convert("in", "webp") });
    world.ended(&world.post("/jobs", &json!({ "tasks": tasks, "tag": "t" })).await.data()).await
}
