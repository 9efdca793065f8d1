use engines::Format;
use serde_json::Value;

use crate::act::Act;
use crate::fields::Fields;
use crate::operation::TIMEOUT;
use crate::storage::{azure, google, openstack, s3, sftp, upload};
use crate::{
    ExportUrl, ImportUpload, ImportUrl, Rules, Stored, archive, convert, merge, metadata, optimize,
    pdf, thumbnail, watermark,
};

/// What an operation is and takes, for those who list or document it.
#[derive(Debug)]
pub struct Description {
    /// The path it is created by: `import/url`.
    pub path: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What it takes; the options of what engines do depend on the engine and are in the catalogue of those.
    pub parameters: &'static [Parameter],
    /// Whether engines do it, and what it does with which formats is theirs to say.
    pub by_engines: bool,
    /// Reads what is asked for.
    pub(crate) parse: Parse,
}

/// Reads a payload, and tells the fields what is wrong with it.
pub(crate) type Parse = for<'a, 'b> fn(&'a mut Fields<'b>, &Rules) -> Option<Box<dyn Act>>;

/// One member of an operation's payload.
#[derive(Debug)]
pub struct Parameter {
    /// The member's name.
    pub name: &'static str,
    /// What values it may have.
    pub kind: ParameterKind,
    /// Whether the operation cannot do without it.
    pub required: bool,
    /// Whether its value, or each value in it, must not be shown.
    pub secret: bool,
    /// What it is, in a sentence.
    pub description: &'static str,
}

/// The type of a parameter, with its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A text.
    String,
    /// An address of the web.
    Address,
    /// The name of a file.
    FileName,
    /// Bytes, in base64.
    Base64,
    /// True or false.
    Boolean {
        /// The value when none is given.
        default: bool,
    },
    /// A whole number.
    Integer {
        /// The least allowed.
        min: u64,
        /// The most allowed.
        max: u64,
        /// The value when none is given, if there is one.
        default: Option<u64>,
    },
    /// A file format, by its extension.
    Format,
    /// One of a few words.
    Choice {
        /// The words.
        words: &'static [&'static str],
        /// The one when none is given, if there is one.
        default: Option<&'static str>,
    },
    /// Texts by names of the user's choice.
    Dictionary,
    /// The name or id of a task, or a list of them.
    Tasks,
}

/// The tasks whose files an operation takes.
pub(crate) const INPUT: Parameter = Parameter {
    name: "input",
    kind: ParameterKind::Tasks,
    required: true,
    secret: false,
    description: "The tasks whose files are taken: names within a job, else ids.",
};

/// The name of the one file that comes of an operation.
pub(crate) const FILENAME: Parameter =
    Parameter::optional("filename", ParameterKind::FileName, "The name that the file gets.");

/// How long a task may take.
pub(crate) const TIME: Parameter = Parameter::optional(
    "timeout",
    ParameterKind::Integer { min: 1, max: TIMEOUT, default: Some(TIMEOUT) },
    "How many seconds the task may take.",
);

/// Every operation: a new one is a file with its description, and a line here.
const CATALOGUE: &[Description] = &[
    ImportUrl::DESCRIPTION,
    ImportUpload::DESCRIPTION,
    Stored::BASE64,
    Stored::RAW,
    convert::DESCRIPTION,
    optimize::DESCRIPTION,
    thumbnail::DESCRIPTION,
    watermark::DESCRIPTION,
    merge::DESCRIPTION,
    archive::ARCHIVE,
    archive::EXTRACT,
    metadata::READ,
    metadata::WRITE,
    pdf::A,
    pdf::OCR,
    pdf::ENCRYPT,
    pdf::DECRYPT,
    pdf::SPLIT_PAGES,
    pdf::EXTRACT_PAGES,
    pdf::ROTATE_PAGES,
    ExportUrl::DESCRIPTION,
    s3::IMPORT,
    s3::EXPORT,
    azure::IMPORT,
    azure::EXPORT,
    azure::IMPORT_ALIAS,
    azure::EXPORT_ALIAS,
    google::IMPORT,
    google::EXPORT,
    openstack::IMPORT,
    openstack::EXPORT,
    sftp::IMPORT,
    sftp::EXPORT,
    upload::EXPORT,
];

/// Returns every operation there is.
#[must_use]
pub const fn catalogue() -> &'static [Description] {
    CATALOGUE
}

/// Returns what the operation of that path is, if there is one.
#[must_use]
pub fn describe(path: &str) -> Option<&'static Description> {
    CATALOGUE.iter().find(|operation| operation.path == path)
}

impl Description {
    /// Returns whether the operation takes the files of other tasks.
    #[must_use]
    pub fn takes_input(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.kind == ParameterKind::Tasks)
    }
}

impl Parameter {
    pub(crate) const fn required(
        name: &'static str,
        kind: ParameterKind,
        description: &'static str,
    ) -> Self {
        Self { name, kind, required: true, secret: false, description }
    }

    /// A credential that must not be shown.
    pub(crate) const fn secret(name: &'static str, description: &'static str) -> Self {
        Self { secret: true, ..Self::optional(name, ParameterKind::String, description) }
    }

    pub(crate) const fn optional(
        name: &'static str,
        kind: ParameterKind,
        description: &'static str,
    ) -> Self {
        Self { name, kind, required: false, secret: false, description }
    }

    /// Returns the type's name in the list of operations.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self.kind {
            ParameterKind::String
            | ParameterKind::Address
            | ParameterKind::FileName
            | ParameterKind::Base64 => "string",
            ParameterKind::Boolean { .. } => "boolean",
            ParameterKind::Integer { .. } => "integer",
            ParameterKind::Format | ParameterKind::Choice { .. } => "enum",
            ParameterKind::Dictionary => "dictionary",
            ParameterKind::Tasks => "array",
        }
    }

    /// Returns the value when none is given, or null.
    #[must_use]
    pub fn default_value(&self) -> Value {
        match self.kind {
            ParameterKind::Boolean { default } => default.into(),
            ParameterKind::Integer { default, .. } => default.into(),
            ParameterKind::Choice { default, .. } => default.into(),
            ParameterKind::String
            | ParameterKind::Address
            | ParameterKind::FileName
            | ParameterKind::Base64
            | ParameterKind::Format
            | ParameterKind::Dictionary
            | ParameterKind::Tasks => Value::Null,
        }
    }

    /// Returns the words that are possible, if only a few are.
    #[must_use]
    pub fn possible_values(&self) -> Vec<&'static str> {
        match self.kind {
            ParameterKind::Format => Format::ALL.iter().map(|format| format.extension()).collect(),
            ParameterKind::Choice { words, .. } => words.to_vec(),
            ParameterKind::String
            | ParameterKind::Address
            | ParameterKind::FileName
            | ParameterKind::Base64
            | ParameterKind::Boolean { .. }
            | ParameterKind::Integer { .. }
            | ParameterKind::Dictionary
            | ParameterKind::Tasks => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
