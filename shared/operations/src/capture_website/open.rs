//! Of the two that do it, the one that opens the page: it knows nothing of tasks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Code, Failure};
use egress::Egress;
use engines::{Capture, CaptureError, Progress};
use serde_json::{Map, Value};

use super::CaptureWebsite;
use super::fetch::Guarded;
use crate::Rules;
use crate::fields::Fields;
use crate::process::failed;
use crate::run::Stop;

/// Where a page is opened, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// An existing directory for this alone.
    pub directory: &'a Path,
    /// The way to addresses that users name.
    pub egress: &'a Egress,
    /// What addresses, engines and options are checked against.
    pub rules: &'a Rules,
    /// What is said of it, and what the engine says.
    pub progress: &'a Progress,
}

/// What a page has become.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The file, in the directory of the visit.
    pub file: PathBuf,
    /// Name and version of the engine that made it.
    pub engine: (String, String),
}

/// Makes a file of the page that a task's payload names.
///
/// Dropping the future ends the browser.
///
/// # Errors
///
/// See [`Stop`].
pub async fn open(payload: &Map<String, Value>, visit: &Visit<'_>) -> Result<Opened, Stop> {
    let mut fields = Fields::new(payload);
    let asked = CaptureWebsite::parse(&mut fields, visit.rules);
    let asked = fields.finish(asked).map_err(|invalid| Stop::refused(&invalid))?;
    let fetch = Arc::new(Guarded::new(visit.egress, &asked.url, &asked.headers));
    let capture = Capture {
        address: asked.url.to_string(),
        output_format: asked.output_format,
        options: asked.payload,
        directory: visit.directory.to_owned(),
    };
    let catalogue = &visit.rules.catalogue;
    let output = catalogue.capture(&capture, fetch, visit.progress).await.map_err(stop)?;
    let file = output.made.files.into_iter().next().ok_or_else(nothing)?.path;
    Ok(Opened { file, engine: (output.engine.to_owned(), output.version) })
}

fn stop(error: CaptureError) -> Stop {
    match error {
        CaptureError::Unreachable(reason) => {
            Stop::Failed(Failure::new(Code::DownloadFailed, reason))
        }
        CaptureError::Conversion(error) => failed(error),
    }
}

fn nothing() -> Stop {
    Stop::Failed(Failure::new(Code::ConversionFailed, "Nothing came of the page."))
}
