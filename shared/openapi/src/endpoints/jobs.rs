use api::Scope;
use serde_json::{Value, json};

use crate::endpoint::{Endpoint, answer, bare, data, leads, page, reference, with_headers};
use crate::parameters::{cursor, filter, flag, id, idempotency_key, include, paging, status};
use crate::refusals;

const TAG: &str = "jobs";

const BESIDE_TASKS: [&str; 4] = ["payload", "depends_on_tasks", "logs", "retries"];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![create(), list(), show(), wait(), delete()]
}

fn create() -> Endpoint {
    Endpoint::new(("post", "/jobs"), (TAG, "createJob"), "Creates a job with its tasks.")
        .needs(Scope::TaskWrite)
        .takes([
            flag("dry_run", "Whether it is only said what the job would do."),
            flag("redirect", "Whether who waits for it is led to its file."),
            include(&BESIDE_TASKS),
            idempotency_key(),
        ])
        .body(reference("NewJob"), true)
        .answers(200, answer("What the job would do, with `dry_run`.", data("Plan")))
        .answers(201, created())
        // Whoever asks again with the key of a job that is gone.
        .refused(&[404])
}

fn created() -> Value {
    let mut created =
        with_headers(answer("The job with its tasks.", data("Job")), refusals::rate());
    let link = |operation: &str| json!({ "operationId": operation, "parameters": { "id": "$response.body#/data/id" } });
    created["links"] = json!({ "show": link("showJob"), "delete": link("deleteJob") });
    created
}

fn list() -> Endpoint {
    Endpoint::new(("get", "/jobs"), (TAG, "listJobs"), "Lists jobs, the newest first.")
        .needs(Scope::TaskRead)
        .takes([
            status(&["processing", "finished", "error"]),
            filter("tag"),
            include(&["tasks"]),
            cursor(),
        ])
        .takes(paging(100))
        .answers(200, answer("A page of jobs.", page("Job")))
        .refused(&[422])
}

fn show() -> Endpoint {
    Endpoint::new(
        ("get", "/jobs/{id}"),
        (TAG, "showJob"),
        "Shows a job with its tasks as they are.",
    )
    .needs(Scope::TaskRead)
    .takes([id(), include(&BESIDE_TASKS), redirect()])
    .answers(200, answer("The job.", data("Job")))
    .answers(302, to_the_file())
    .refused(&[404, 422])
}

fn wait() -> Endpoint {
    Endpoint::new(("get", "/jobs/{id}/wait"), (TAG, "waitForJob"), "Shows a job once it has ended.")
        .needs(Scope::TaskRead)
        .takes([id(), include(&BESIDE_TASKS), redirect()])
        .answers(200, answer("The job; after four minutes as it is.", data("Job")))
        .answers(302, to_the_file())
        .answers(307, leads(answer("It has not ended yet; ask again there.", data("Job"))))
        .refused(&[404, 422])
}

fn delete() -> Endpoint {
    let summary = "Deletes a job with all its tasks and data, whatever its state.";
    Endpoint::new(("delete", "/jobs/{id}"), (TAG, "deleteJob"), summary)
        .needs(Scope::TaskWrite)
        .takes([id()])
        .answers(204, bare("It is gone."))
        .refused(&[404])
}

fn redirect() -> Value {
    flag("redirect", "Whether to be led to the file of a job that has one.")
}

fn to_the_file() -> Value {
    leads(bare("To the job's file, with `redirect`."))
}
