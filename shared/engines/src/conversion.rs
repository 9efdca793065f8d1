//! Doing one conversion: choosing the engine, looking at the file, and giving it to the engine.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::{Map, Value};

use crate::engine::Run;
use crate::{Catalogue, DetectError, Engine, Format, Unsupported, detect};

/// One file to convert.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The file; its name doesn't matter.
    pub input: PathBuf,
    /// What it is said to be; the content must agree.
    pub input_format: Format,
    /// What it shall become.
    pub output_format: Format,
    /// The engine's options; members that are none are ignored.
    pub options: Map<String, Value>,
    /// An existing directory for this conversion alone: scratch space, and where the results stay.
    pub directory: PathBuf,
    /// The engine that must do it, or the best one.
    pub engine: Option<String>,
}

/// What a conversion made, and what made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The engine's name.
    pub engine: &'static str,
    /// The engine's version.
    pub version: String,
    /// The results in order, in the conversion's directory; their names mean nothing.
    pub files: Vec<PathBuf>,
}

/// How far a conversion is, in percent. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU8>);

/// Why a conversion failed, in terms of the user's file.
#[derive(Debug, thiserror::Error)]
pub enum ConversionError {
    /// The file is damaged, or not what it is said to be.
    #[error("{0}")]
    InvalidFile(String),
    /// No engine here converts this to that.
    #[error(transparent)]
    InvalidConversionType(#[from] Unsupported),
    /// The file can only be read with a password.
    #[error("the file is protected by a password")]
    PasswordRequired,
    /// The file, or what it would become, is beyond what an engine or a format can hold.
    #[error("{0}")]
    TooLarge(String),
    /// An option is not accepted.
    #[error("{message}")]
    InvalidOption {
        /// The option's name.
        field: String,
        /// A sentence that says what it must be.
        message: String,
    },
    /// The engine gave up on a file that looked right.
    #[error("{0}")]
    Failed(String),
    /// This machine failed, not the file: another try may help.
    #[error("the conversion could not be carried out")]
    Internal(#[source] io::Error),
}

/// What an engine is given.
pub(crate) struct Job {
    pub(crate) conversion: Conversion,
    pub(crate) program: Option<PathBuf>,
    pub(crate) progress: Progress,
}

impl Progress {
    /// Sets how far it is; over 100 counts as 100.
    pub fn set(&self, percent: u8) {
        self.0.store(percent.min(100), Ordering::Relaxed);
    }

    /// Returns how far it is.
    #[must_use]
    pub fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Catalogue {
    /// Converts one file.
    ///
    /// Dropping the future kills a program with all its children. An embedded engine cannot be stopped: it
    /// runs to its end on a thread of its own, bounded by its limits, and its result is dropped.
    ///
    /// # Errors
    ///
    /// See [`ConversionError`]: all but its last variant are about the file or the request.
    pub async fn convert(
        &self,
        conversion: Conversion,
        progress: &Progress,
    ) -> Result<Output, ConversionError> {
        let Conversion { input_format, output_format, .. } = conversion;
        let engine = self.select(input_format, output_format, conversion.engine.as_deref())?;
        check_options(engine, &conversion)?;
        let (version, program) = self.installed(engine).unwrap_or_default();
        let version = version.to_owned();
        let program = program.map(Path::to_owned);
        check_content(&conversion).await?;
        let files = run(engine, Job { conversion, program, progress: progress.clone() }).await?;
        progress.set(100);
        Ok(Output { engine: engine.name, version, files })
    }
}

fn check_options(engine: &Engine, conversion: &Conversion) -> Result<(), ConversionError> {
    let route = engine.route(conversion.input_format, conversion.output_format);
    let specs = route.iter().flat_map(|route| route.options);
    match crate::options::check(specs, &conversion.options).into_iter().next() {
        Some((field, message)) => Err(ConversionError::InvalidOption { field, message }),
        None => Ok(()),
    }
}

/// No engine may guess: LibreOffice, for one, makes a document even of random bytes.
async fn check_content(conversion: &Conversion) -> Result<(), ConversionError> {
    let (input, format) = (conversion.input.clone(), conversion.input_format);
    blocking(move || Ok(detect(&input, None, Some(format)).map(drop)?)).await
}

async fn run(engine: &'static Engine, job: Job) -> Result<Vec<PathBuf>, ConversionError> {
    match engine.run {
        Run::Embedded(convert) => blocking(move || convert(&job)).await,
        Run::Program(convert) => convert(job).await,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConversionError> + Send + 'static,
) -> Result<T, ConversionError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => {
            Err(ConversionError::Failed("the engine failed on this file".into()))
        }
        Err(error) => Err(ConversionError::Internal(error.into())),
    }
}

impl Job {
    /// Returns the path of the one result.
    pub(crate) fn output(&self) -> PathBuf {
        let Conversion { directory, output_format, .. } = &self.conversion;
        directory.join(format!("output.{output_format}"))
    }
}

impl ConversionError {
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::InvalidFile(text.into())
    }
}

impl From<io::Error> for ConversionError {
    fn from(error: io::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<DetectError> for ConversionError {
    fn from(error: DetectError) -> Self {
        match error {
            DetectError::PasswordRequired => Self::PasswordRequired,
            DetectError::Unreadable(error) => Self::Internal(error),
            DetectError::Empty
            | DetectError::Mismatch { .. }
            | DetectError::Unlike { .. }
            | DetectError::Unknown { .. } => Self::InvalidFile(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Bench, sample};

    #[tokio::test]
    async fn the_engine_and_its_version_are_reported() {
        let bench = Bench::new();
        let output =
            bench.convert(sample("photo.png"), Format::Png, Format::Jpg, json!({})).await.unwrap();
        assert_eq!((output.engine, output.version.as_str()), ("image", env!("CARGO_PKG_VERSION")));
        assert_eq!(output.files.len(), 1);
        assert_eq!(bench.progress.get(), 100);
    }

    #[tokio::test]
    async fn a_bad_option_is_an_error_before_the_file_is_read() {
        let bench = Bench::new();
        let options = json!({"width": 0});
        let result = bench.convert("/nowhere".into(), Format::Png, Format::Jpg, options).await;
        let Err(ConversionError::InvalidOption { field, message }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(field, "width");
        assert_eq!(message, "The width must be an integer between 1 and 30000.");
    }

    #[tokio::test]
    async fn a_file_that_is_not_what_it_is_said_to_be_is_refused() {
        let bench = Bench::new();
        let result = bench.convert(sample("photo.png"), Format::Jpg, Format::Webp, json!({})).await;
        let Err(ConversionError::InvalidFile(text)) = result else { panic!("{result:?}") };
        assert_eq!(text, "declared jpg, but the content is png");
    }

    #[tokio::test]
    async fn an_unsupported_pair_names_what_is_possible() {
        let result =
            Bench::new().convert(sample("notes.md"), Format::Md, Format::Png, json!({})).await;
        let Err(error) = result else { panic!("{result:?}") };
        assert!(matches!(error, ConversionError::InvalidConversionType(_)));
        assert_eq!(error.to_string(), "md cannot be converted to png, only to html");
    }

    #[tokio::test]
    async fn a_missing_file_is_our_own_trouble_and_no_path_is_told() {
        let result =
            Bench::new().convert("/nowhere".into(), Format::Png, Format::Jpg, json!({})).await;
        let Err(error) = result else { panic!("{result:?}") };
        assert!(matches!(error, ConversionError::Internal(_)));
        assert_eq!(error.to_string(), "the conversion could not be carried out");
    }

    #[test]
    fn progress_is_shared_and_capped() {
        let progress = Progress::default();
        progress.clone().set(250);
        assert_eq!(progress.get(), 100);
    }
}
