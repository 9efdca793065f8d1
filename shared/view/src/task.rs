use domain::{Code, Job, Status, Task, Work};
use files::FilesError;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::file::{ResultView, fit, result, weight};
use crate::{JobView, Links, Viewer, job, time};

/// How many lists of files are read at once.
const PARALLEL: usize = 8;

/// A task as the API shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Task))]
pub struct TaskView {
    #[cfg_attr(feature = "schema", schema(format = "uuid"))]
    id: String,
    #[cfg_attr(feature = "schema", schema(required, format = "uuid"))]
    job_id: Option<String>,
    /// Its name within its job; of tasks in a job only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    name: Option<String>,
    operation: String,
    status: Status,
    /// None until it has ended.
    #[cfg_attr(feature = "schema", schema(required))]
    credits: Option<u32>,
    /// What happened, for people.
    #[cfg_attr(feature = "schema", schema(required))]
    message: Option<String>,
    /// Why it failed, for programs.
    #[cfg_attr(feature = "schema", schema(required))]
    code: Option<Code>,
    /// How far it is.
    #[cfg_attr(feature = "schema", schema(maximum = 100))]
    percent: u8,
    #[cfg_attr(feature = "schema", schema(required))]
    result: Option<ResultView>,
    #[cfg_attr(feature = "schema", schema(format = DateTime))]
    created_at: String,
    #[cfg_attr(feature = "schema", schema(required, format = DateTime))]
    started_at: Option<String>,
    #[cfg_attr(feature = "schema", schema(required, format = DateTime))]
    ended_at: Option<String>,
    #[cfg_attr(feature = "schema", schema(required, format = "uuid"))]
    retry_of_task_id: Option<String>,
    #[cfg_attr(feature = "schema", schema(required, format = "uuid"))]
    copy_of_task_id: Option<String>,
    depends_on_task_ids: Vec<String>,
    /// What did the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    engine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    engine_version: Option<String>,
    /// What it was asked to do, credentials masked; with `include=payload`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false, value_type = Object))]
    payload: Option<Map<String, Value>>,
    /// The ids of the tasks it depends on, by their names; with `include=depends_on_tasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false, value_type = std::collections::BTreeMap<String, String>))]
    depends_on_tasks: Option<Map<String, Value>>,
    /// What the engine itself said last, line by line; with `include=logs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    logs: Option<Vec<String>>,
    /// The other tries at what it is to do, the oldest first; with `include=retries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false, no_recursion))]
    retries: Option<Vec<TaskView>>,
    /// Its job, without tasks; with `include=job`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false, no_recursion))]
    job: Option<JobView>,
    links: Links,
}

/// What a view of a task holds when it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// What the task was asked to do, without secrets.
    pub payload: Option<Map<String, Value>>,
    /// The tasks it depends on: their names and ids.
    pub depends_on_tasks: Option<Map<String, Value>>,
    /// Whether what the engine said is wanted.
    pub logs: bool,
    /// The other tries at what it is to do.
    pub retries: Option<Vec<Task>>,
    /// Its job.
    pub job: Option<Job>,
}

/// Makes the view of a task with up to `most` of its files.
///
/// # Errors
///
/// [`FilesError`] when its files cannot be listed.
pub async fn task(
    viewer: Viewer<'_>,
    task: &Task,
    extras: Extras,
    most: usize,
) -> Result<TaskView, FilesError> {
    let retries = match extras.retries {
        Some(tries) => Some(plain_all(viewer, &tries, most).await?),
        None => None,
    };
    Ok(TaskView {
        payload: extras.payload,
        depends_on_tasks: extras.depends_on_tasks,
        logs: extras.logs.then(|| task.log.clone()),
        retries,
        job: extras.job.map(|row| job::bare(viewer, &row)),
        ..plain(viewer, task, most).await?
    })
}

/// Makes the views of tasks, each with its extras.
pub(crate) async fn tasks<'a>(
    viewer: Viewer<'a>,
    tasks: impl Iterator<Item = (&'a Task, Extras)>,
    most: usize,
) -> Result<Vec<TaskView>, FilesError> {
    let views = tasks.map(|(row, extras)| task(viewer, row, extras, most));
    // Collected, because the compiler cannot tell that a stream of borrowing futures may be sent.
    stream::iter(views.collect::<Vec<_>>()).buffered(PARALLEL).try_collect().await
}

async fn plain_all(
    viewer: Viewer<'_>,
    tasks: &[Task],
    most: usize,
) -> Result<Vec<TaskView>, FilesError> {
    let views = tasks.iter().map(|task| plain(viewer, task, most));
    stream::iter(views.collect::<Vec<_>>()).buffered(PARALLEL).try_collect().await
}

async fn plain(viewer: Viewer<'_>, task: &Task, most: usize) -> Result<TaskView, FilesError> {
    let state = &task.state;
    let failure = state.failure();
    let (engine, engine_version) = task.engine.clone().unzip();
    let retry_of = task.retry_of.map(|original| original.to_string());
    Ok(TaskView {
        id: task.id.to_string(),
        job_id: task.job().map(|job| job.to_string()),
        name: task.name().map(ToString::to_string),
        operation: task.operation.clone(),
        status: state.status(),
        credits: task.has_ended().then_some(0),
        message: failure.map(|failure| failure.message.clone()).or_else(|| message(task)),
        code: failure.map(|failure| failure.code),
        percent: task.percent,
        result: result(viewer, task, most).await?,
        created_at: time(task.created_at),
        started_at: state.started_at().map(time),
        ended_at: state.ended_at().map(time),
        retry_of_task_id: retry_of.clone(),
        copy_of_task_id: retry_of,
        depends_on_task_ids: task.inputs.iter().map(|input| input.task.to_string()).collect(),
        engine,
        engine_version,
        payload: None,
        depends_on_tasks: None,
        logs: None,
        retries: None,
        job: None,
        links: Links { own: format!("{}/v2/tasks/{}", viewer.address, task.id) },
    })
}

fn message(task: &Task) -> Option<String> {
    let upload = task.work == Work::Upload && task.state.status() == Status::Waiting;
    if upload { Some("Waiting for file upload".to_owned()) } else { task.message.clone() }
}

impl TaskView {
    /// Returns what came of the task, once it has finished.
    #[must_use]
    pub fn result(&self) -> Option<&ResultView> {
        self.result.as_ref()
    }

    /// Leaves out what `room` bytes do not hold of results, payloads and logs, and takes what it uses.
    pub fn fit(&mut self, room: &mut usize) {
        if let Some(result) = &mut self.result {
            result.fit(room);
        }
        if let Some(payload) = &mut self.payload {
            fit(payload, room);
        }
        if let Some(logs) = &mut self.logs {
            let fits = |line: &&String| {
                *room = room.saturating_sub(weight(line));
                *room > 0
            };
            logs.truncate(logs.iter().take_while(fits).count());
        }
        self.retries.iter_mut().flatten().for_each(|view| view.fit(room));
    }
}
