//! One visit of one page, from the start of a browser to its end.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::{BrowserError, CaptureError};
use super::fetch::Fetch;
use super::launch::{Browser, launch, send};
use super::page::Page;
use super::{load, picture, print};
use crate::process::Isolation;
use crate::{ConversionError, Format, Progress, detect};

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
    let is_pdf = format == Format::PDF;
    page.open((width, height, if is_pdf { 1.0 } else { zoom })).await?;
    load::load(page, address, options, progress).await?;
    progress.set(80);
    if is_pdf {
        progress.say("printing the page");
        print::print(page, options, &path).await?;
    } else {
        progress.say("drawing the page");
        picture::draw(page, format, options, &path).await?;
    }
    check(path, format).await.map_err(CaptureError::from)
}

/// A browser that a page has taken over may say anything.
async fn check(path: PathBuf, format: Format) -> Result<PathBuf, ConversionError> {
    let looked =
        tokio::task::spawn_blocking(move || detect(&path, None, Some(format)).map(|_| path));
    let wrong = |_| ConversionError::Failed("the browser failed on this page".to_owned());
    looked.await.map_err(io::Error::from)?.map_err(wrong)
}
