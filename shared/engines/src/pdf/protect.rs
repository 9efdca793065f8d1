//! Passwords and what they allow (ISO 32000-2, 7.6).

use std::collections::BTreeMap;
use std::sync::Arc;

use ambient::Entropy;
use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, StringFormat};
use serde_json::{Map, Value};

use super::open::{open, save, write};
use super::options::{
    ALLOW_ACCESSIBILITY, ALLOW_EXTRACT, ALLOW_MODIFY, ALLOW_PRINT, SET_OWNER_PASSWORD, SET_PASSWORD,
};
use crate::conversion::Job;
use crate::options::OptionSpec;
use crate::{ConversionError, Made};

/// The longest password, in bytes (ISO 32000-2, 7.6.4.3.2).
const LONGEST: usize = 127;

/// Protects a file by AES with 256 bits.
///
/// # Errors
///
/// When the file cannot be read, or no password is given.
pub(super) fn encrypt(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let (user, owner) = passwords(options)?;
    let mut document = open(job.source(), options)?;
    document.prune_objects();
    identify(&mut document);
    let key = Entropy.bytes::<32>();
    let filter: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
    let version = EncryptionVersion::V5 {
        encrypt_metadata: true,
        crypt_filters: BTreeMap::from([(b"StdCF".to_vec(), filter)]),
        file_encryption_key: &key,
        stream_filter: b"StdCF".to_vec(),
        string_filter: b"StdCF".to_vec(),
        owner_password: &owner,
        user_password: &user,
        permissions: permissions(options),
    };
    let state = EncryptionState::try_from(version).map_err(failed)?;
    document.encrypt(&state).map_err(failed)?;
    // AES-256 is of PDF 2.0; before, it was an extension of 1.7.
    document.version = "2.0".into();
    write(&mut document, &job.output())?;
    Ok(job.output().into())
}

/// Takes the protection off a file.
///
/// # Errors
///
/// When the file cannot be read.
pub(super) fn decrypt(job: &Job) -> Result<Made, ConversionError> {
    let mut document = open(job.source(), &job.conversion.options)?;
    save(&mut document, &job.output())?;
    Ok(job.output().into())
}

/// Returns the password that opens the file, which may be empty, and the owner's. Without one of his own, that is one
/// that nobody knows: what is not allowed is not allowed to anybody.
fn passwords(options: &Map<String, Value>) -> Result<(String, String), ConversionError> {
    let given = |spec: &OptionSpec| spec.text(options).filter(|text| !text.is_empty());
    let (user, owner) = (given(&SET_PASSWORD), given(&SET_OWNER_PASSWORD));
    if user.is_none() && owner.is_none() {
        return Err(refused("set_password", "a set_password or a set_owner_password is required"));
    }
    if user.iter().chain(&owner).any(|password| password.len() > LONGEST) {
        return Err(refused("set_password", "a password may have at most 127 bytes"));
    }
    let owner = owner.unwrap_or_else(|| Entropy.hex::<32>());
    Ok((user.unwrap_or_default(), owner))
}

fn permissions(options: &Map<String, Value>) -> Permissions {
    let text = |spec: &OptionSpec| spec.text(options).unwrap_or_default();
    let mut allowed = match text(&ALLOW_MODIFY).as_str() {
        "none" => Permissions::empty(),
        "assembly" => Permissions::ASSEMBLABLE,
        "form" => Permissions::ASSEMBLABLE | Permissions::FILLABLE,
        "annotate" => Permissions::ASSEMBLABLE | Permissions::FILLABLE | Permissions::ANNOTABLE,
        _ => {
            let comments = Permissions::FILLABLE | Permissions::ANNOTABLE;
            Permissions::ASSEMBLABLE | comments | Permissions::MODIFIABLE
        }
    };
    allowed |= match text(&ALLOW_PRINT).as_str() {
        "none" => Permissions::empty(),
        "low" => Permissions::PRINTABLE,
        _ => Permissions::PRINTABLE | Permissions::PRINTABLE_IN_HIGH_QUALITY,
    };
    allowed.set(Permissions::COPYABLE, text(&ALLOW_EXTRACT) != "none");
    let accessible = text(&ALLOW_ACCESSIBILITY) != "none";
    allowed.set(Permissions::COPYABLE_FOR_ACCESSIBILITY, accessible);
    allowed
}

/// A protected file must have an identifier.
fn identify(document: &mut Document) {
    if document.trailer.get(b"ID").is_err() {
        let part = || Object::String(Entropy.bytes::<16>().to_vec(), StringFormat::Hexadecimal);
        document.trailer.set("ID", vec![part(), part()]);
    }
}

fn failed(_: impl std::error::Error) -> ConversionError {
    ConversionError::Failed("the file cannot be protected".into())
}

fn refused(field: &str, message: &str) -> ConversionError {
    ConversionError::InvalidOption { field: field.into(), message: message.into() }
}
