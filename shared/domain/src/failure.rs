use serde::{Deserialize, Serialize};

/// Why a task ended in error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The word a program goes by.
    pub code: Code,
    /// The cause in a sentence for people.
    pub message: String,
    /// What the engine itself said last, line by line.
    pub log: Vec<String>,
}

/// The codes of failed tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// A task it depends on has failed, is gone or has expired.
    InputTaskFailed,
    /// Its owner cancelled it.
    Cancelled,
    /// It took longer than it may.
    Timeout,
    /// The address of an import, or of a page to capture, could not be read.
    DownloadFailed,
    /// The target of an export did not take the file.
    UploadFailed,
    /// A file's name is not usable.
    InvalidFilename,
    /// No engine converts from what the file is to what is wanted.
    InvalidConversionType,
    /// The file is broken, or is not what its name says.
    InvalidFile,
    /// The file is encrypted.
    PasswordRequired,
    /// The file, or what becomes of it, is larger than may be.
    FileTooLarge,
    /// The object of an input changed after its task had ended.
    InputChanged,
    /// The engine failed, or the machine it ran on.
    ConversionFailed,
}

impl Failure {
    /// Makes a failure of a code and a sentence.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), log: Vec::new() }
    }

    /// Makes that of a task which took longer than it may.
    #[must_use]
    pub fn too_slow() -> Self {
        Self::new(Code::Timeout, "The task took longer than it may.")
    }
}
