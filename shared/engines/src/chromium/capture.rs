use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::browse::{Visit, browse};
use super::fetch::Fetch;
use super::{CAPTURE, CaptureError, ENGINE};
use crate::convert::{blocking, check_results};
use crate::{Catalogue, ConversionError, Format, Output, Progress, Unsupported};

/// A page of the web to make a file of.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Its address.
    pub address: String,
    /// What it shall become: pdf, jpg or png.
    pub output_format: Format,
    /// The engine's options; members that are none are ignored.
    pub options: Map<String, Value>,
    /// An existing directory for this alone: scratch space, and where the result stays.
    pub directory: PathBuf,
}

impl Catalogue {
    /// Makes a file of a page of the web, which gets only what `fetch` hands in.
    ///
    /// Dropping the future kills the browser with all its children.
    ///
    /// # Errors
    ///
    /// See [`CaptureError`].
    pub async fn capture(
        &self,
        capture: &Capture,
        fetch: Arc<dyn Fetch>,
        progress: &Progress,
    ) -> Result<Output, CaptureError> {
        let Some((version, Some(program))) = self.installed(&ENGINE) else {
            return Err(missing().into());
        };
        let none = || ConversionError::from(io::Error::other("programs run only in isolation"));
        let isolation = self.isolation.as_ref().ok_or_else(none)?;
        let visit = Visit {
            program,
            address: &capture.address,
            format: capture.output_format,
            options: &capture.options,
            directory: &capture.directory,
        };
        let made = browse(isolation, visit, fetch, progress).await?.into();
        let directory = capture.directory.clone();
        let made = blocking(move || check_results(made, &directory)).await?;
        progress.set(100);
        Ok(Output { engine: ENGINE.name, version: version.to_owned(), made })
    }
}

fn missing() -> ConversionError {
    let (program, install) = ENGINE.program.as_ref().map_or(("", ""), |it| (it.name, it.install));
    Unsupported::Program { operation: CAPTURE.to_owned(), program, install }.into()
}
