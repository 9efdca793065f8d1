//! One visit of one page, from the start of a browser to its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::error::{BrowserError, CaptureError};
use super::fetch::Fetch;
use super::launch::{Browser, launch, send};
use super::page::Page;
use super::{load, picture, print};
use crate::detect::looks_right;
use crate::process::Isolation;
use crate::{ConversionError, Format, Progress};

/// How long the browser may take to write the result: a page whose scripts never rest would keep it for ever.
const PATIENCE: Duration = Duration::from_mins(5);

const LATE: &str = "the page did not come to rest within 5 minutes";

/// A page, and what is to become of it.
pub(super) struct Visit<'a> {
    pub(super) program: &'a Path,
    pub(super) address: &'a str,
    pub(super) format: Format,
    pub(super) options: &'a Map<String, Value>,
    /// Where the result stays, and the browser keeps what it needs.
    pub(super) directory: &'a Path,
}

/// Makes a file of a page. Dropping the future kills the browser.
pub(super) async fn browse(
    isolation: &Isolation,
    visit: Visit<'_>,
    fetch: Arc<dyn Fetch>,
    progress: &Progress,
) -> Result<PathBuf, CaptureError> {
    progress.set(5);
    progress.say("starting the browser");
    // The result is not where a page that has taken the browser over could put a link in its place.
    let home = visit.directory.join("browser");
    let browser = async {
        tokio::fs::create_dir(&home).await?;
        launch(isolation, visit.program, &home).await
    };
    let Browser { sandboxed, messages, requests } = browser.await.map_err(ConversionError::from)?;
    let (page, outgoing) = Page::new(fetch);
    let page = Arc::new(page);
    tokio::select! {
        made = make(&page, &visit, progress) => made,
        () = Arc::clone(&page).attend(messages) => Err(BrowserError::Ended.into()),
        () = send(requests, outgoing) => Err(BrowserError::Ended.into()),
        () = page.crash() => Err(BrowserError::Ended.into()),
        over = isolation.watch(sandboxed.group(), &home) => Err(ConversionError::from(over).into()),
    }
}

async fn make(
    page: &Page,
    visit: &Visit<'_>,
    progress: &Progress,
) -> Result<PathBuf, CaptureError> {
    let Visit { address, format, options, directory, .. } = *visit;
    let path = directory.join(format!("output.{format}"));
    let (width, height, zoom) = picture::window(options);
    let scale = if format == Format::PDF { 1.0 } else { zoom };
    page.open((width, height, scale)).await?;
    load::load(page, address, options, progress).await?;
    progress.set(80);
    let late = |_| ConversionError::Failed(LATE.to_owned());
    tokio::time::timeout(PATIENCE, write(page, visit, (&path, progress))).await.map_err(late)??;
    check(path, format).await.map_err(CaptureError::from)
}

async fn write(
    page: &Page,
    visit: &Visit<'_>,
    (path, progress): (&Path, &Progress),
) -> Result<(), CaptureError> {
    if visit.format == Format::PDF {
        progress.say("printing the page");
        print::print(page, visit.options, path).await
    } else {
        progress.say("drawing the page");
        picture::draw(page, visit.format, visit.options, path).await
    }
}

/// A browser that a page has taken over may say anything.
async fn check(path: PathBuf, format: Format) -> Result<PathBuf, ConversionError> {
    if looks_right(&path, format).await? {
        Ok(path)
    } else {
        Err(ConversionError::Failed("the browser failed on this page".to_owned()))
    }
}
