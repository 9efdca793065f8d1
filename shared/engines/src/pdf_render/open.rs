use std::fs;

use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::PASSWORD;
use crate::ConversionError;
use crate::conversion::Job;
use crate::pages::check_count;

/// Returns the file, opened with the password that its user gives, if any.
///
/// # Errors
///
/// When it is damaged, has too many pages or needs another password.
pub(super) fn open(job: &Job) -> Result<Pdf, ConversionError> {
    let password = PASSWORD.text(&job.conversion.options);
    let data = fs::read(&job.source().path)?;
    let opened = Pdf::new_with_password(data, password.as_deref().unwrap_or_default());
    let pdf = opened.map_err(|reason| error(reason, password.is_some()))?;
    check_count(pdf.pages().len())?;
    if pdf.pages().is_empty() {
        return Err(ConversionError::invalid("the file has no pages"));
    }
    Ok(pdf)
}

fn error(error: LoadPdfError, with_password: bool) -> ConversionError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) if with_password => {
            ConversionError::InvalidOption {
                field: PASSWORD.name.into(),
                message: "the password does not open the file".into(),
            }
        }
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            ConversionError::PasswordRequired
        }
        LoadPdfError::Decryption(
            DecryptionError::MissingIDEntry
            | DecryptionError::InvalidEncryption
            | DecryptionError::UnsupportedAlgorithm,
        ) => ConversionError::invalid("the file is protected in a way that cannot be read"),
        LoadPdfError::Invalid => ConversionError::invalid("the file is damaged"),
    }
}
