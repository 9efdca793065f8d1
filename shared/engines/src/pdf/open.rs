//! Reading a file into memory, and writing what became of it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use lopdf::{Document, Error, LoadOptions, SaveOptions};
use serde_json::{Map, Value};

use super::{PASSWORD, tree};
use crate::pages::check_count;
use crate::{ConversionError, Source};

/// The most bytes that one stream may become, and the most objects of a file.
pub(super) const MOST_BYTES: usize = 256 << 20;
const MOST_OBJECTS: usize = 2_000_000;

/// Returns a file, opened with the password that its user gives, if any. It is not protected any more.
///
/// # Errors
///
/// When it is damaged, has too many pages or objects, or needs another password.
pub(super) fn open(
    source: &Source,
    options: &Map<String, Value>,
) -> Result<Document, ConversionError> {
    let password = PASSWORD.text(options);
    let wrong = password.is_some();
    let how =
        LoadOptions { password, max_decompressed_size: Some(MOST_BYTES), ..LoadOptions::default() };
    let document = Document::load_with_options(&source.path, how).map_err(|it| error(it, wrong))?;
    if document.is_encrypted() {
        return Err(locked(wrong));
    }
    let count = document.objects.len();
    if count > MOST_OBJECTS {
        let text = format!("{count} objects are over the limit of {MOST_OBJECTS}");
        return Err(ConversionError::TooLarge(text));
    }
    let pages = tree::pages(&document).len();
    if pages == 0 {
        return Err(ConversionError::invalid("the file has no pages"));
    }
    check_count(pages).map(|()| document)
}

fn locked(wrong: bool) -> ConversionError {
    if !wrong {
        return ConversionError::PasswordRequired;
    }
    let message = "the password does not open the file".into();
    ConversionError::InvalidOption { field: PASSWORD.name.into(), message }
}

/// Returns the error of a file that cannot be read.
pub(super) fn error(error: Error, wrong_password: bool) -> ConversionError {
    use lopdf::DecompressError::MemoryLimitExceeded;
    use lopdf::encryption::DecryptionError::IncorrectPassword;
    if matches!(error, Error::InvalidPassword | Error::Decryption(IncorrectPassword)) {
        return locked(wrong_password);
    }
    if matches!(error, Error::Decompress(MemoryLimitExceeded { .. })) {
        let text = format!("a part of the file becomes over {} MiB", MOST_BYTES >> 20);
        return ConversionError::TooLarge(text);
    }
    if matches!(error, Error::Decryption(_) | Error::UnsupportedSecurityHandler(_)) {
        return ConversionError::invalid("the file is protected in a way that cannot be read");
    }
    match error {
        Error::IO(error) => ConversionError::Internal(error),
        _ => ConversionError::invalid("the file is damaged"),
    }
}

/// Writes a file, without what nothing in it refers to.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn save(document: &mut Document, path: &Path) -> Result<(), ConversionError> {
    document.prune_objects();
    write(document, path)
}

/// Writes a file as it is.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn write(document: &mut Document, path: &Path) -> Result<(), ConversionError> {
    // These say where things were in the file that was read.
    for key in [&b"Prev"[..], b"XRefStm", b"DecodeParms", b"W", b"Index", b"Filter", b"Length"] {
        document.trailer.remove(key);
    }
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true);
    let mut file = BufWriter::new(File::create(path)?);
    document.save_with_options(&mut file, options.compression_level(6).build())?;
    Ok(file.flush()?)
}
