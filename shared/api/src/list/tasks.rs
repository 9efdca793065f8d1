use domain::{OwnerId, Status, Task};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_http::Request;
use store::{By, Kind, Place};
use view::{TaskView, Viewer};

use super::{PARALLEL, ROOM, Read, Reading, cursor, page, word};
use crate::{ApiError, Context, Page, extras, filter};

/// How many files of one task a list shows.
const MOST_FILES: usize = 1_000;

/// What narrows a list of tasks down.
struct Filters {
    status: Option<Status>,
    operation: Option<String>,
    job: Option<String>,
}

/// Renders a page of an owner's tasks, the newest first: `filter[status]`, `filter[job_id]` and
/// `filter[operation]` narrow it down.
///
/// # Errors
///
/// [`ApiError::Invalid`] when a parameter is wrong.
pub async fn list_tasks(
    context: &Context,
    owner: &OwnerId,
    request: &Request,
) -> Result<String, ApiError> {
    let (page, cursor) = page(request)?;
    let filters = Filters::read(request)?;
    let reading = Reading { context, of: (Kind::Task, owner), by: filters.by(), page, cursor };
    let read = match &filters.job {
        Some(job) => reading.of_job(job, &filters).await?,
        None => reading.of_owner(&filters).await?,
    };
    show(context, request, page, read).await
}

impl Filters {
    fn read(request: &Request) -> Result<Self, ApiError> {
        Ok(Self {
            status: word(request, "status", "waiting, processing, finished or error")?,
            operation: filter(request, "operation"),
            job: filter(request, "job_id"),
        })
    }

    /// An operation is the rarer of two, as a rule; the other is held against the rows.
    fn by(&self) -> By<'_> {
        let status = || self.status.map(By::Status);
        self.operation.as_deref().map(By::Label).or_else(status).unwrap_or(By::Owner)
    }

    fn fit(&self, task: &Task) -> bool {
        self.status.is_none_or(|status| task.state.status() == status)
            && self.operation.as_ref().is_none_or(|operation| task.operation == *operation)
    }
}

impl Reading<'_> {
    async fn of_owner(&self, filters: &Filters) -> Result<Read<Task>, ApiError> {
        let (mut walk, mut rows) = (self.walk().await?, Vec::new());
        while let Some(places) = walk.next(rows.len()).await? {
            let ids: Vec<_> = places.iter().filter_map(|place| place.id.parse().ok()).collect();
            let mut found = self.context.store.tasks(&ids).await?;
            let tasks = ids.iter().filter_map(|id| found.remove(id));
            rows.extend(tasks.filter(|task| self.shows(task) && filters.fit(task)));
        }
        Ok(Read { rows, next: walk.end() })
    }

    /// The tasks of a job, older tries among them, lie in one place.
    async fn of_job(&self, job: &str, filters: &Filters) -> Result<Read<Task>, ApiError> {
        let Ok(job) = job.parse::<domain::JobId>() else {
            return Ok(Read { rows: Vec::new(), next: None });
        };
        let mut tasks = self.context.store.own_rows(job.group()).await?.tasks;
        tasks.retain(|task| self.shows(task) && filters.fit(task));
        tasks.sort_by_key(|task| std::cmp::Reverse((task.created_at, task.id)));
        let skipped = if self.cursor.is_some() { 0 } else { self.page.skipped() };
        let after = |task: &Task| {
            self.cursor.as_ref().is_none_or(|at| {
                (task.created_at, task.id.to_string()) < (at.created_at, at.id.clone())
            })
        };
        let mut rows: Vec<_> =
            tasks.into_iter().filter(after).skip(skipped).take(self.page.size + 1).collect();
        let more = rows.len() > self.page.size;
        rows.truncate(self.page.size);
        Ok(Read { next: rows.last().filter(|_| more).map(place), rows })
    }

    fn shows(&self, task: &Task) -> bool {
        task.owner == *self.of.1 && !task.is_gone(self.context.clock.now()) && !task.staged
    }
}

fn place(task: &Task) -> Place {
    Place { created_at: task.created_at, id: task.id.to_string() }
}

async fn show(
    context: &Context,
    request: &Request,
    page: Page,
    read: Read<Task>,
) -> Result<String, ApiError> {
    let address = crate::address(request);
    let viewer = context.viewer(&address);
    let views = read.rows.iter().map(|task| show_one(context, request, viewer, task));
    let views = stream::iter(views.collect::<Vec<_>>()).buffered(PARALLEL);
    let mut views: Vec<_> = views.try_collect().await?;
    let mut room = ROOM;
    views.iter_mut().for_each(|view| view.fit(&mut room));
    page.show_until(request, views, read.next.as_ref().map(cursor)).body()
}

async fn show_one(
    context: &Context,
    request: &Request,
    viewer: Viewer<'_>,
    task: &Task,
) -> Result<TaskView, ApiError> {
    let extras = extras(context, request, task).await?;
    Ok(view::task(viewer, task, extras, MOST_FILES).await?)
}
