use domain::{Job, JobStatus, OwnerId, Status};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_http::Request;
use store::{By, Kind, Place};
use view::{JobView, Viewer};

use super::{PARALLEL, ROOM, Read, Reading, cursor, page, weight, word};
use crate::{ApiError, Context, Page, filter, includes};

/// Renders a page of an owner's jobs, the newest first: `filter[status]` and `filter[tag]` narrow it
/// down.
///
/// With `include=tasks` a page ends early when its tasks would be more than an answer holds.
///
/// # Errors
///
/// [`ApiError::Invalid`] when a parameter is wrong.
pub async fn list_jobs(
    context: &Context,
    owner: &OwnerId,
    request: &Request,
) -> Result<String, ApiError> {
    let (page, cursor) = page(request)?;
    let status: Option<JobStatus> = word(request, "status", "processing, finished or error")?;
    let tag = filter(request, "tag");
    let by =
        tag.as_deref().map(By::Label).or_else(|| status.map(|status| By::Status(word_of(status))));
    let by = by.unwrap_or(By::Owner);
    let reading = Reading { context, of: (Kind::Job, owner), by, page, cursor };
    let fits = |job: &Job| {
        status.is_none_or(|status| job.status == status)
            && tag.as_ref().is_none_or(|tag| job.tag.as_ref() == Some(tag))
    };
    let read = reading.jobs(fits).await?;
    show(context, request, page, read).await
}

/// The words for jobs are three of those for tasks.
fn word_of(status: JobStatus) -> Status {
    match status {
        JobStatus::Processing => Status::Processing,
        JobStatus::Finished => Status::Finished,
        JobStatus::Error => Status::Error,
    }
}

impl Reading<'_> {
    async fn jobs(&self, fits: impl Fn(&Job) -> bool) -> Result<Read<Job>, ApiError> {
        let now = self.context.clock.now();
        let shows = |job: &Job| job.owner == *self.of.1 && !job.is_gone(now) && fits(job);
        let (mut walk, mut rows) = (self.walk().await?, Vec::new());
        while let Some(places) = walk.next(rows.len()).await? {
            let ids: Vec<_> = places.iter().filter_map(|place| place.id.parse().ok()).collect();
            let mut found = self.context.store.jobs(&ids).await?;
            rows.extend(ids.iter().filter_map(|id| found.remove(id)).filter(shows));
        }
        Ok(Read { rows, next: walk.end() })
    }
}

async fn show(
    context: &Context,
    request: &Request,
    page: Page,
    mut read: Read<Job>,
) -> Result<String, ApiError> {
    let address = crate::address(request);
    let viewer = context.viewer(&address);
    if !includes(request, "tasks") {
        let views = view::jobs(viewer, &read.rows);
        return page.show_until(request, views, read.next.as_ref().map(cursor)).body();
    }
    let views = read.rows.iter().map(|job| show_one(context, viewer, job));
    let views = stream::iter(views.collect::<Vec<_>>()).buffered(PARALLEL);
    let mut views: Vec<JobView> = views.try_collect().await?;
    let kept = fitting(&views);
    if let Some(last) = read.rows.get(kept.wrapping_sub(1)).filter(|_| kept < views.len()) {
        read.next = Some(Place { created_at: last.created_at, id: last.id.to_string() });
    }
    views.truncate(kept);
    page.show_until(request, views, read.next.as_ref().map(cursor)).body()
}

async fn show_one(context: &Context, viewer: Viewer<'_>, job: &Job) -> Result<JobView, ApiError> {
    let mut group = context.store.own_rows(job.id.group()).await?;
    group.retain_there(context.clock.now());
    Ok(view::job(viewer, job, &group, Vec::new()).await?)
}

/// Returns how many views an answer holds, one at least.
fn fitting(views: &[JobView]) -> usize {
    let mut room = ROOM;
    let fits = |view: &&JobView| {
        room = room.saturating_sub(weight(view));
        room > 0
    };
    views.iter().take_while(fits).count().max(1).min(views.len())
}
