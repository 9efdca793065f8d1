//! Of the two that do it, the one with the task: it has the page opened elsewhere, and makes the result.

use capture::{CaptureError, Captured, Page};
use domain::{Code, Failure, FileName, Output};
use files::FilesError;

use super::CaptureWebsite;
use crate::run::{Bench, Stop};

impl CaptureWebsite {
    pub(super) async fn run(&self, bench: &Bench<'_>) -> Result<Output, Stop> {
        let page = Page {
            payload: self.payload.clone(),
            key: files::result_key(bench.task, bench.run, 1),
            name: self.name()?,
            until: bench.until,
        };
        bench.progress.say("opening the page");
        match bench.capturer.capture(&page).await? {
            Captured::Stored { file, engine, log } => {
                log.iter().for_each(|line| bench.progress.log(line));
                let output = bench.finish(vec![file]).await?;
                Ok(Output { engine: Some(engine), ..output })
            }
            Captured::Failed { code, message, log } => {
                log.iter().for_each(|line| bench.progress.log(line));
                Err(Stop::Failed(Failure::new(code, message)))
            }
        }
    }

    /// Returns the file's name: the payload's, else that of the page's host.
    fn name(&self) -> Result<FileName, Stop> {
        if let Some(name) = &self.filename {
            return Ok(name.clone());
        }
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let name = FileName::sanitize(&format!("{host}.{}", self.output_format));
        name.map_err(|_| unnamed())
    }
}

fn unnamed() -> Stop {
    Stop::Failed(Failure::new(Code::InvalidFilename, "The page has no usable name."))
}

impl From<CaptureError> for Stop {
    fn from(error: CaptureError) -> Self {
        match error {
            CaptureError::Throttled => Self::Throttled,
            CaptureError::Unavailable(_) => {
                Self::Unavailable(FilesError::Unavailable(error.to_string()))
            }
        }
    }
}
