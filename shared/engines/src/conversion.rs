//! One conversion: what is to be done, what came of it, and why nothing did.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{DetectError, Format, Progress, Unsupported, Wanted};

/// One conversion to do, or another operation that takes files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Conversion {
    /// The operation, by the API's path: `convert`, `merge`.
    pub operation: String,
    /// The files, all of one format as far as the engine cares; at least one.
    pub sources: Vec<Source>,
    /// What they shall become; the format they have for an operation that does not change it.
    pub output_format: Format,
    /// The engine's options; members that are none are ignored.
    pub options: Map<String, Value>,
    /// An existing directory for this conversion alone: scratch space, and where the results stay.
    pub directory: PathBuf,
    /// The engine that must do it, or the best one.
    pub engine: Option<String>,
}

/// A file to convert.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Where it is; the path means nothing.
    pub path: PathBuf,
    /// What its user calls it, made safe, for what shows names to users, such as an archive. No program sees it.
    pub name: String,
    /// What it is said to be; the content must agree.
    pub format: Format,
}

/// What an engine made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// The results in order, in the conversion's directory.
    pub files: Vec<Product>,
    /// Further members of the task's result, such as a file's metadata.
    pub result: Map<String, Value>,
}

/// A file that an engine made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Where it is; the path means nothing.
    pub path: PathBuf,
    /// What it is called, when that does not follow from the input's name: a file out of an archive. Not safe yet.
    pub name: Option<String>,
}

/// What a conversion made, and what made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The engine's name.
    pub engine: &'static str,
    /// The engine's version.
    pub version: String,
    /// What it made.
    pub made: Made,
}

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
    /// The file cannot be read with the password that was given.
    #[error("the password is wrong")]
    WrongPassword,
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

impl Conversion {
    /// Returns what is wanted of an engine.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        let input = self.sources.first().map_or(Format::BIN, |source| source.format);
        Wanted { operation: &self.operation, input, output: self.output_format }
    }
}

impl Job {
    /// Returns the file, the first one if there are several.
    pub(crate) fn source(&self) -> &Source {
        &self.conversion.sources[0]
    }

    /// Returns the path of the one result.
    pub(crate) fn output(&self) -> PathBuf {
        let Conversion { directory, output_format, .. } = &self.conversion;
        directory.join(format!("output.{output_format}"))
    }

    /// Returns the path of one of several results, from 1.
    pub(crate) fn numbered(&self, number: usize) -> PathBuf {
        let Conversion { directory, output_format, .. } = &self.conversion;
        directory.join(format!("output-{number}.{output_format}"))
    }
}

impl From<Vec<PathBuf>> for Made {
    fn from(paths: Vec<PathBuf>) -> Self {
        let files = paths.into_iter().map(|path| Product { path, name: None }).collect();
        Self { files, ..Self::default() }
    }
}

impl From<PathBuf> for Made {
    fn from(path: PathBuf) -> Self {
        vec![path].into()
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
