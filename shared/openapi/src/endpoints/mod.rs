//! What can be asked for: one function for each tag.

mod jobs;
mod operations;
mod service;
mod tasks;
mod users;
mod webhooks;

use serde_json::{Value, json};

use crate::endpoint::Endpoint;

/// Returns every endpoint, in the order of the document.
pub(crate) fn all() -> Vec<Endpoint> {
    let tags = [
        jobs::endpoints(),
        tasks::endpoints(),
        operations::endpoints(),
        users::endpoints(),
        webhooks::endpoints(),
        service::endpoints(),
    ];
    tags.into_iter().flatten().collect()
}

/// Returns what endpoints are sorted by.
pub(crate) fn tags() -> Value {
    json!([
        { "name": "jobs", "description": "Tasks that belong together." },
        { "name": "tasks", "description": "What is done, one step at a time." },
        { "name": "operations", "description": "What can be done here." },
        { "name": "users", "description": "Whoever asks." },
        { "name": "webhooks", "description": "Who is told of jobs." },
        { "name": "service", "description": "The service itself." },
    ])
}
