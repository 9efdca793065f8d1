use domain::{Group, Job, JobStatus, Status, Task};
use files::FilesError;
use serde::Serialize;

use crate::task::{Extras, TaskView, tasks};
use crate::{Links, Viewer, time};

/// How many files of one task a job shows.
const MOST_FILES: usize = 1_000;

/// How many bytes of files the views of one answer may hold, so that it fits Lambda's 6 MB.
pub(crate) const ROOM: usize = 4_000_000;

/// A job as the API shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Job))]
pub struct JobView {
    #[cfg_attr(feature = "schema", schema(format = "uuid"))]
    id: String,
    /// What its creator called it.
    #[cfg_attr(feature = "schema", schema(required))]
    tag: Option<String>,
    /// `waiting` while all its tasks wait, `error` when one has failed whose error counts.
    #[cfg_attr(feature = "schema", schema(value_type = domain::Status))]
    status: &'static str,
    #[cfg_attr(feature = "schema", schema(format = DateTime))]
    created_at: String,
    #[cfg_attr(feature = "schema", schema(required, format = DateTime))]
    started_at: Option<String>,
    #[cfg_attr(feature = "schema", schema(required, format = DateTime))]
    ended_at: Option<String>,
    /// The newest try of each task; in lists only with `include=tasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    tasks: Option<Vec<TaskView>>,
    links: Links,
}

/// Makes the view of a job with the newest try of each of its tasks; `extras` are those of the tasks
/// in that order, or none.
///
/// # Errors
///
/// [`FilesError`] when the files of a task cannot be listed.
pub async fn job(
    viewer: Viewer<'_>,
    job: &Job,
    group: &Group,
    extras: Vec<Extras>,
) -> Result<JobView, FilesError> {
    let shown = group.newest_tries();
    let extras = extras.into_iter().chain(std::iter::repeat_with(Extras::default));
    let mut tasks = tasks(viewer, shown.iter().copied().zip(extras), MOST_FILES).await?;
    let mut room = ROOM;
    tasks.iter_mut().for_each(|task| task.fit(&mut room));
    let started_at = shown.iter().filter_map(|task| task.state.started_at()).min();
    Ok(JobView {
        status: status(group, job.status),
        started_at: started_at.map(time),
        tasks: Some(tasks),
        ..bare(viewer, job)
    })
}

/// Makes the views of jobs without their tasks, as their rows alone show them.
#[must_use]
pub fn jobs(viewer: Viewer<'_>, jobs: &[Job]) -> Vec<JobView> {
    jobs.iter().map(|job| bare(viewer, job)).collect()
}

/// Makes the view of a job without its tasks.
pub(crate) fn bare(viewer: Viewer<'_>, job: &Job) -> JobView {
    JobView {
        id: job.id.to_string(),
        tag: job.tag.clone(),
        status: word(job.status),
        created_at: time(job.created_at),
        started_at: job.started_at.map(time),
        ended_at: job.ended_at.map(time),
        tasks: None,
        links: Links { own: format!("{}/v2/jobs/{}", viewer.address, job.id) },
    }
}

/// A job waits while all its tasks do: nobody writes that down.
fn status(group: &Group, status: JobStatus) -> &'static str {
    let waits = |task: &Task| task.state.status() == Status::Waiting;
    let waiting = status == JobStatus::Processing && group.tasks.iter().all(waits);
    if waiting { "waiting" } else { word(status) }
}

fn word(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Processing => "processing",
        JobStatus::Finished => "finished",
        JobStatus::Error => "error",
    }
}
