use domain::{Code, File, Status, Task, Work};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Links, time};
use crate::{ApiError, Context};

/// How many files a task shows by itself: what fits Lambda's 6 MB.
pub(super) const MOST_FILES: usize = 10_000;

/// What RFC 3986 calls unreserved stays as it is in an address.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A task as the API shows it.
#[derive(Serialize)]
pub(super) struct TaskView {
    id: String,
    job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    operation: String,
    status: Status,
    credits: Option<u32>,
    message: Option<String>,
    code: Option<Code>,
    percent: u8,
    result: Option<ResultView>,
    created_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    retry_of_task_id: Option<String>,
    copy_of_task_id: Option<String>,
    depends_on_task_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine_version: Option<String>,
    links: Links,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum ResultView {
    Form(FormView),
    Files(Vec<FileView>),
}

#[derive(Serialize)]
struct FormView {
    url: String,
    parameters: Map<String, Value>,
}

#[derive(Serialize)]
struct FileView {
    filename: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

pub(super) async fn view(
    context: &Context,
    address: &str,
    task: &Task,
    most_files: usize,
) -> Result<TaskView, ApiError> {
    let state = &task.state;
    let failure = state.failure();
    let (engine, engine_version) = task.engine.clone().unzip();
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
        result: result(context, address, task, most_files).await?,
        created_at: time(task.created_at),
        started_at: state.started_at().map(time),
        ended_at: state.ended_at().map(time),
        retry_of_task_id: None,
        copy_of_task_id: None,
        depends_on_task_ids: task.inputs.iter().map(|input| input.task.to_string()).collect(),
        engine,
        engine_version,
        links: Links { own: format!("{address}/v2/tasks/{}", task.id) },
    })
}

fn message(task: &Task) -> Option<String> {
    let upload = task.work == Work::Upload && task.state.status() == Status::Waiting;
    if upload { Some("Waiting for file upload".to_owned()) } else { task.message.clone() }
}

async fn result(
    context: &Context,
    address: &str,
    task: &Task,
    most_files: usize,
) -> Result<Option<ResultView>, ApiError> {
    match task.state.status() {
        Status::Waiting if task.work == Work::Upload => {
            Ok(Some(ResultView::Form(form(context, task).await?)))
        }
        Status::Waiting | Status::Processing | Status::Error => Ok(None),
        Status::Finished => {
            let files = context.files.load_list(&task.files).await?;
            let files = files.iter().take(most_files).enumerate();
            let view = |(index, file)| file_view(address, task, index + 1, file);
            Ok(Some(ResultView::Files(files.map(view).collect())))
        }
    }
}

/// The form is signed by whoever shows the task, and stored nowhere.
async fn form(context: &Context, task: &Task) -> Result<FormView, ApiError> {
    let payload = context.files.load_payload(task).await?;
    let form = context.files.form(task.id, payload.get("redirect").and_then(Value::as_str));
    let parameters = form.fields.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    Ok(FormView { url: form.url, parameters: parameters.collect() })
}

fn file_view(address: &str, task: &Task, number: usize, file: &File) -> FileView {
    let url = task.secret.as_ref().map(|secret| {
        let name = utf8_percent_encode(file.name.as_str(), SEGMENT);
        format!("{address}/files/{}/{secret}/{number}/{name}", task.id)
    });
    FileView { filename: file.name.to_string(), size: file.size, url }
}
