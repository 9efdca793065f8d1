//! `GET /files/{id}/{secret}/{number}/{name}`: leads to a file of an export/url.
//!
//! Clients fetch these addresses without a key: the secret in them is 128 random bits that only the
//! task's owner was shown.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Request, Response, path_text};
use domain::{File, Task, TaskId};

/// Answers one request with a redirection to a link that is good for a minute.
///
/// # Errors
///
/// [`ApiError::NotFound`] for whatever does not fit, all alike.
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let id: TaskId = path_text(&request, "id")?.parse().map_err(|_| ApiError::NotFound)?;
    api::told::task(id);
    let task = context.store.task(id).await?.ok_or(ApiError::NotFound)?;
    check_secret(&task, &path_text(&request, "secret")?)?;
    let file = find(&context, &task, &request).await?;
    if !context.files.is_there(&file).await? {
        return Err(ApiError::NotFound);
    }
    let payload = context.files.load_payload(&task).await?;
    let inline = payload.get("inline").is_some_and(|flag| *flag == true || *flag == 1);
    let link = context.files.link(&file, inline).await?;
    // The file's name may be as secret as what is in it.
    tracing::info!(
        audit = "download",
        owner = task.owner.as_str(),
        size = file.size,
        "file given out"
    );
    api::redirect(&link)
}

fn check_secret(task: &Task, given: &str) -> Result<(), ApiError> {
    let secret = task.secret.as_deref().unwrap_or_default();
    let same = !secret.is_empty() && api::same_secret(secret, given);
    if same { Ok(()) } else { Err(ApiError::NotFound) }
}

/// Finds the file of that number, if it bears the name in the path: the secret vouches for both.
async fn find(context: &Context, task: &Task, request: &Request) -> Result<File, ApiError> {
    let number: usize = path_text(request, "number")?.parse().map_err(|_| ApiError::NotFound)?;
    let name = path_text(request, "name")?;
    let files = context.files.load_list(&task.files).await?;
    let file =
        files.into_iter().nth(number.wrapping_sub(1)).filter(|file| file.name.as_str() == name);
    file.ok_or(ApiError::NotFound)
}
