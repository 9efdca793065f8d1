//! What an embedded engine tells of its work, as lines of JSON.

use std::io;

use serde::{Deserialize, Serialize};

use crate::{ConversionError, Made, Progress};

/// A line that a child writes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Event {
    /// It has moved.
    Progress { percent: u8, words: Option<String> },
    /// It has ended; the last line.
    Ended { lines: Vec<String>, outcome: Result<Made, Failure> },
}

/// A conversion's error, as far as an engine that is part of this program has any.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Failure {
    InvalidFile(String),
    PasswordRequired,
    WrongPassword,
    TooLarge(String),
    InvalidOption { field: String, message: String },
    Failed(String),
    Internal(String),
}

impl Event {
    /// Returns how far the work is.
    pub(super) fn of(progress: &Progress) -> Self {
        Self::Progress { percent: progress.get(), words: progress.words() }
    }
}

impl From<ConversionError> for Failure {
    fn from(error: ConversionError) -> Self {
        match error {
            ConversionError::InvalidFile(text) => Self::InvalidFile(text),
            ConversionError::PasswordRequired => Self::PasswordRequired,
            ConversionError::WrongPassword => Self::WrongPassword,
            ConversionError::TooLarge(text) => Self::TooLarge(text),
            ConversionError::InvalidOption { field, message } => {
                Self::InvalidOption { field, message }
            }
            ConversionError::Failed(text) => Self::Failed(text),
            // Who chose the engine knew what it does: here it is an engine's own trouble.
            ConversionError::InvalidConversionType(unsupported) => {
                Self::Failed(unsupported.to_string())
            }
            ConversionError::Internal(error) => Self::Internal(error.to_string()),
        }
    }
}

impl From<Failure> for ConversionError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::InvalidFile(text) => Self::InvalidFile(text),
            Failure::PasswordRequired => Self::PasswordRequired,
            Failure::WrongPassword => Self::WrongPassword,
            Failure::TooLarge(text) => Self::TooLarge(text),
            Failure::InvalidOption { field, message } => Self::InvalidOption { field, message },
            Failure::Failed(text) => Self::Failed(text),
            Failure::Internal(text) => Self::Internal(io::Error::other(text)),
        }
    }
}
