//! Opens a page of the web and stores what it makes of it.
//!
//! What is on a page may be hostile, and what opens it is large: this function knows no table, and its role can do
//! nothing but put an object where results lie. Which task it is for, run-task knows, who asks for it.

mod context;

use std::path::Path;
use std::sync::Arc;

use capture::{Captured, Page};
use domain::Failure;
use engines::{CAPTURE, Progress};
use files::FilesError;
use operations::{Stop, Visit};
use worker::{Invocation, WorkerError};

pub use context::Context;

/// Makes a file of a page, unless the page or its time does not allow it.
///
/// # Errors
///
/// [`WorkerError`] when the bucket or the machine did not do its part: another try may.
pub async fn handle(
    context: Arc<Context>,
    page: Page,
    _: Invocation,
) -> Result<Captured, WorkerError> {
    let directory = tempfile::tempdir_in(&context.scratch).map_err(FilesError::from)?;
    let progress = Progress::hiding(operations::secrets(CAPTURE, &page.payload));
    let captured = tokio::select! {
        captured = capture(&context, &page, directory.path(), &progress) => captured,
        () = context.clock.sleep_until(page.until) => Err(Stop::Failed(Failure::too_slow())),
    };
    match captured {
        Ok(captured) => Ok(captured),
        Err(Stop::Failed(Failure { code, message, .. })) => {
            Ok(Captured::Failed { code, message, log: progress.lines() })
        }
        Err(Stop::Unavailable(error)) => Err(error.into()),
        Err(Stop::Throttled) => Err(WorkerError::Throttled),
    }
}

async fn capture(
    context: &Context,
    page: &Page,
    directory: &Path,
    progress: &Progress,
) -> Result<Captured, Stop> {
    let visit = Visit { directory, egress: &context.egress, rules: &context.rules, progress };
    let opened = operations::open(&page.payload, &visit).await?;
    let (key, name) = (page.key.clone(), page.name.clone());
    let file = context.files.upload(key, name, &opened.file).await?;
    Ok(Captured::Stored { file, engine: opened.engine, log: progress.lines() })
}
