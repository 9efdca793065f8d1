use std::collections::HashMap;

use domain::{Group, Task, TaskId};
use lambda_http::Request;
use serde_json::{Map, Value};
use view::Extras;

use crate::view::job_body_with;
use crate::{ApiError, Context, address, includes};

/// How far the tries of a task that belongs to no job are followed.
const MOST_TRIES: usize = 50;

/// Reads what the request wants to see beside a task: `include` names `payload`,
/// `depends_on_tasks`, `logs`, `retries` and `job`, with commas between them; what else it names is
/// ignored.
///
/// # Errors
///
/// [`ApiError`] when a service does not answer.
pub async fn extras(context: &Context, request: &Request, task: &Task) -> Result<Extras, ApiError> {
    let mut extras = Extras { logs: includes(request, "logs"), ..Extras::default() };
    if includes(request, "payload") {
        extras.payload = Some(payload(context, task).await?);
    }
    if includes(request, "depends_on_tasks") {
        extras.depends_on_tasks = Some(depends_on(context, task).await?);
    }
    if includes(request, "retries") {
        extras.retries = Some(other_tries(context, task).await?);
    }
    if includes(request, "job")
        && let Some(job) = task.job()
    {
        extras.job = context.store.job(job).await?;
    }
    Ok(extras)
}

/// Renders a job for a request, which may ask for more of each of its tasks, as [`extras`] does.
///
/// # Errors
///
/// [`ApiError`] when a service does not answer.
pub async fn shown_job(
    context: &Context,
    request: &Request,
    group: &Group,
) -> Result<String, ApiError> {
    let mut all = Vec::new();
    for task in group.newest_tries() {
        let mut extras = Extras { logs: includes(request, "logs"), ..Extras::default() };
        if includes(request, "payload") {
            extras.payload = Some(payload(context, task).await?);
        }
        if includes(request, "depends_on_tasks") {
            extras.depends_on_tasks = Some(names(task, |id| group.task(id)));
        }
        if includes(request, "retries") {
            let others = group.tries(task).into_iter().filter(|other| other.id != task.id);
            extras.retries = Some(others.cloned().collect());
        }
        all.push(extras);
    }
    job_body_with(context, &address(request), group, all).await
}

/// Returns what a task was asked to do, without secrets.
async fn payload(context: &Context, task: &Task) -> Result<Map<String, Value>, ApiError> {
    let payload = context.files.load_payload(task).await?;
    Ok(operations::masked(&task.operation, &payload))
}

async fn depends_on(context: &Context, task: &Task) -> Result<Map<String, Value>, ApiError> {
    let ids: Vec<_> = task.inputs.iter().map(|input| input.task).collect();
    let found = context.store.tasks(&ids).await?;
    Ok(names(task, |id| found.get(&id)))
}

/// Returns the names and ids of a task's inputs; one that is called by no name is called by its id.
fn names<'a>(task: &Task, find: impl Fn(TaskId) -> Option<&'a Task>) -> Map<String, Value> {
    let title = |id: TaskId| find(id).map_or_else(|| id.to_string(), Task::title);
    let ids = task.inputs.iter().map(|input| input.task);
    ids.map(|id| (title(id), id.to_string().into())).collect()
}

/// Returns the other tries at what a task is to do, the oldest first.
async fn other_tries(context: &Context, task: &Task) -> Result<Vec<Task>, ApiError> {
    let now = context.clock.now();
    let tries = match task.name() {
        Some(_) => {
            let group = context.store.own_rows(task.id.group()).await?;
            group.tries(task).into_iter().cloned().collect()
        }
        None => single_tries(context, task).await?,
    };
    let other = |try_: &Task| try_.id != task.id && !try_.is_gone(now) && try_.owner == task.owner;
    let mut tries: Vec<_> = tries.into_iter().filter(other).collect();
    tries.sort_by_key(|try_| (try_.created_at, try_.id));
    Ok(tries)
}

/// Finds the other tries of a task that belongs to no job, by following what tries what again, both
/// ways.
///
/// # Errors
///
/// [`ApiError`] when the table does not answer.
pub async fn single_tries(context: &Context, task: &Task) -> Result<Vec<Task>, ApiError> {
    let mut found: HashMap<TaskId, Task> = HashMap::new();
    let mut left: Vec<TaskId> = task.retry_of.into_iter().chain(task.retries.clone()).collect();
    while !left.is_empty() && found.len() < MOST_TRIES {
        left.truncate(MOST_TRIES);
        let read = context.store.tasks(&left).await?;
        let next =
            read.values().flat_map(|task| task.retry_of.into_iter().chain(task.retries.clone()));
        left = next.filter(|id| *id != task.id && !found.contains_key(id)).collect();
        found.extend(read);
        left.retain(|id| !found.contains_key(id));
    }
    Ok(found.into_values().collect())
}
