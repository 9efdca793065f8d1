use domain::{Group, JobStatus, Status};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::task::TaskView;
use super::{Links, task, time};
use crate::{ApiError, Context};

/// How many files of one task a job shows.
const MOST_FILES: usize = 1_000;

/// How many lists of files are read at once.
const PARALLEL: usize = 8;

/// A job as the API shows it.
#[derive(Serialize)]
pub(super) struct JobView {
    id: String,
    tag: Option<String>,
    status: &'static str,
    created_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    tasks: Vec<TaskView>,
    links: Links,
}

pub(super) async fn view(
    context: &Context,
    address: &str,
    group: &Group,
) -> Result<JobView, ApiError> {
    let job = group.job.as_ref().ok_or(ApiError::NotFound)?;
    let views = group.tasks.iter().map(|task| task::view(context, address, task, MOST_FILES));
    // Collected, because the compiler cannot tell that a stream of borrowing futures may be sent.
    let views = stream::iter(views.collect::<Vec<_>>());
    Ok(JobView {
        id: job.id.to_string(),
        tag: job.tag.clone(),
        status: status(group, job.status),
        created_at: time(job.created_at),
        started_at: group.tasks.iter().filter_map(|task| task.state.started_at()).min().map(time),
        ended_at: job.ended_at.map(time),
        tasks: views.buffered(PARALLEL).try_collect().await?,
        links: Links { own: format!("{address}/v2/jobs/{}", job.id) },
    })
}

/// A job waits while all its tasks do: nobody writes that down.
fn status(group: &Group, status: JobStatus) -> &'static str {
    let waits = |task: &domain::Task| task.state.status() == Status::Waiting;
    match status {
        JobStatus::Processing if group.tasks.iter().all(waits) => "waiting",
        JobStatus::Processing => "processing",
        JobStatus::Finished => "finished",
        JobStatus::Error => "error",
    }
}
