use std::sync::Arc;

use domain::{Code, Failure, FileName, Output};
use engines::{Capture, CaptureError};
use files::FilesError;

use super::CaptureWebsite;
use super::fetch::Guarded;
use crate::process::failed;
use crate::run::{Bench, Stop};

impl CaptureWebsite {
    pub(super) async fn capture(&self, bench: &Bench<'_>) -> Result<Output, Stop> {
        let directory = bench.directory.join("capture");
        tokio::fs::create_dir(&directory).await.map_err(FilesError::from)?;
        let capture = Capture {
            address: self.url.to_string(),
            output_format: self.output_format,
            options: self.options.clone(),
            directory,
        };
        let fetch = Arc::new(Guarded::new(bench.egress, &self.url, &self.headers));
        let made = bench.catalogue.capture(&capture, fetch, bench.progress).await.map_err(stop)?;
        let name = self.name()?;
        let files = made.made.files.iter().map(|file| (name.clone(), file.path.as_path()));
        let output = bench.store(files).await?;
        Ok(Output { engine: Some((made.engine.to_owned(), made.version)), ..output })
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

fn stop(error: CaptureError) -> Stop {
    match error {
        CaptureError::Unreachable(reason) => {
            Stop::Failed(Failure::new(Code::DownloadFailed, reason))
        }
        CaptureError::Conversion(error) => failed(error),
    }
}

fn unnamed() -> Stop {
    Stop::Failed(Failure::new(Code::InvalidFilename, "The page has no usable name."))
}
