use domain::{Group, JobId, OwnerId, Task, TaskId, Webhook};
use lambda_http::Request;

use crate::path::path_id;
use crate::{ApiError, Context, told};

/// Finds the task that the path names: one read, whatever comes of it.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is not the owner's, is gone, has expired, or its job has not been
/// made whole.
pub async fn find_task(
    context: &Context,
    owner: &OwnerId,
    request: &Request,
) -> Result<Task, ApiError> {
    let id: TaskId = path_id(request, "id")?;
    reload_task(context, owner, id).await
}

/// Finds the job that the path names, with its tasks.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is not the owner's, is gone or has expired.
pub async fn find_job(
    context: &Context,
    owner: &OwnerId,
    request: &Request,
) -> Result<Group, ApiError> {
    let id: JobId = path_id(request, "id")?;
    reload_job(context, owner, id).await
}

/// Finds a task by its id.
///
/// # Errors
///
/// [`ApiError::NotFound`] as [`find_task`].
pub async fn reload_task(context: &Context, owner: &OwnerId, id: TaskId) -> Result<Task, ApiError> {
    told::task(id);
    let task = context.store.task(id).await?.filter(|task| task.owner == *owner);
    let task = task.ok_or(ApiError::NotFound)?;
    // A staged task shows as soon as its job is there.
    if task.staged && context.store.job(task.id.group().into()).await?.is_none() {
        return Err(ApiError::NotFound);
    }
    Ok(task)
}

/// Finds a job by its id.
///
/// # Errors
///
/// [`ApiError::NotFound`] as [`find_job`].
pub async fn reload_job(context: &Context, owner: &OwnerId, id: JobId) -> Result<Group, ApiError> {
    told::job(id.group());
    let mut group = context.store.own_rows(id.group()).await?;
    let now = context.clock.now();
    let there = |job: &domain::Job| job.owner == *owner && !job.is_gone(now);
    if !group.job.as_ref().is_some_and(there) {
        return Err(ApiError::NotFound);
    }
    group.retain_there(now);
    Ok(group)
}

/// Finds the webhook that the path names.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is not the owner's, or is gone.
pub async fn find_webhook(
    context: &Context,
    owner: &OwnerId,
    request: &Request,
) -> Result<Webhook, ApiError> {
    context.store.webhook(owner, path_id(request, "id")?).await?.ok_or(ApiError::NotFound)
}
