use ::operations::{Description, catalogue};
use api::Scope;
use serde_json::{Value, json};

use crate::endpoint::{Endpoint, answer, bare, data, leads, page, reference, with_headers};
use crate::parameters::{cursor, filter, id, idempotency_key, include, paging, status};
use crate::{payloads, refusals};

const TAG: &str = "tasks";

const BESIDE: [&str; 5] = ["payload", "depends_on_tasks", "logs", "retries", "job"];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    let created = catalogue().iter().map(create);
    created.chain([list(), show(), wait(), cancel(), retry(), delete()]).collect()
}

/// The creation of a task that belongs to no job, of one operation.
fn create(operation: &Description) -> Endpoint {
    let (path, name) = (format!("/{}", operation.path), payloads::name(operation));
    let id = format!("create{name}");
    let required = operation.parameters.iter().any(|parameter| parameter.required);
    Endpoint::new(("post", &path), (TAG, &id), operation.summary)
        .described("The task belongs to no job; its inputs are ids of tasks.")
        .needs(Scope::TaskWrite)
        .takes([idempotency_key()])
        .body(reference(&name), required)
        .answers(201, created("The task."))
        // Whoever asks again with the key of a task that is gone.
        .refused(&[404])
}

fn created(description: &str) -> Value {
    let mut created = with_headers(answer(description, data("Task")), refusals::rate());
    let link = |operation: &str| json!({ "operationId": operation, "parameters": { "id": "$response.body#/data/id" } });
    created["links"] = json!({
        "show": link("showTask"),
        "cancel": link("cancelTask"),
        "retry": link("retryTask"),
        "delete": link("deleteTask"),
    });
    created
}

fn list() -> Endpoint {
    Endpoint::new(("get", "/tasks"), (TAG, "listTasks"), "Lists tasks, the newest first.")
        .needs(Scope::TaskRead)
        .takes([
            status(&["waiting", "processing", "finished", "error"]),
            filter("job_id"),
            filter("operation"),
            include(&BESIDE),
            cursor(),
        ])
        .takes(paging(100))
        .answers(200, answer("A page of tasks.", page("Task")))
        .refused(&[422])
}

fn show() -> Endpoint {
    Endpoint::new(("get", "/tasks/{id}"), (TAG, "showTask"), "Shows a task as it is.")
        .needs(Scope::TaskRead)
        .takes([id(), include(&BESIDE)])
        .answers(200, answer("The task.", data("Task")))
        .refused(&[404])
}

fn wait() -> Endpoint {
    Endpoint::new(
        ("get", "/tasks/{id}/wait"),
        (TAG, "waitForTask"),
        "Shows a task once it has ended.",
    )
    .needs(Scope::TaskRead)
    .takes([id(), include(&BESIDE)])
    .answers(200, answer("The task; after four minutes as it is.", data("Task")))
    .answers(307, leads(answer("It has not ended yet; ask again there.", data("Task"))))
    .refused(&[404])
}

fn cancel() -> Endpoint {
    let summary = "Ends a task that waits or is worked on, and what depends on it.";
    Endpoint::new(("post", "/tasks/{id}/cancel"), (TAG, "cancelTask"), summary)
        .needs(Scope::TaskWrite)
        .takes([id(), idempotency_key()])
        .answers(200, answer("The task.", data("Task")))
        .refused(&[404, 422])
}

fn retry() -> Endpoint {
    let summary = "Tries a task that has ended again, by a new one.";
    Endpoint::new(("post", "/tasks/{id}/retry"), (TAG, "retryTask"), summary)
        .needs(Scope::TaskWrite)
        .takes([id(), idempotency_key()])
        .answers(201, created("The new task."))
        .refused(&[404, 422])
}

fn delete() -> Endpoint {
    let summary = "Deletes a task with all its data, whatever its state.";
    Endpoint::new(("delete", "/tasks/{id}"), (TAG, "deleteTask"), summary)
        .needs(Scope::TaskWrite)
        .takes([id()])
        .answers(204, bare("It is gone."))
        .refused(&[404])
}
