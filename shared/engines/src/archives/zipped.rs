use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read, Seek, Write};

use zip::read::{ZipFile, ZipReadOptions};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::pack::Packing;
use super::unpack::{Unpacked, wrong_password};
use crate::ConversionError;

pub(super) fn pack(packing: &Packing<'_>, file: File) -> io::Result<()> {
    let mut archive = ZipWriter::new(BufWriter::new(file));
    for (name, content, length) in packing.files() {
        // Names of files beyond 4 GiB take a larger header.
        let large = length >= u64::from(u32::MAX);
        let options = SimpleFileOptions::default().unix_permissions(0o644).large_file(large);
        archive.start_file(name, options)?;
        io::copy(&mut content?, &mut archive)?;
    }
    archive.finish()?.flush()
}

pub(super) fn unpack(
    file: impl BufRead + Seek,
    unpacked: &mut Unpacked<'_>,
) -> Result<(), ConversionError> {
    let mut archive = ZipArchive::new(file).map_err(|it| unpacked.budget.error(it))?;
    // Before anything is read of the entries: two of them would be a lot to look at twice.
    (0..archive.len()).try_for_each(|_| unpacked.budget.enter())?;
    if archive.has_overlapping_files().map_err(|it| unpacked.budget.error(it))? {
        return Err(ConversionError::invalid("files in the archive overlap, as in a zip bomb"));
    }
    let password = unpacked.password();
    for index in 0..archive.len() {
        let options = ZipReadOptions::new().password(password.as_deref().map(str::as_bytes));
        let entry = archive.by_index_with_options(index, options);
        keep(entry.map_err(|it| error(it, unpacked))?, unpacked)?;
    }
    Ok(())
}

fn keep(entry: ZipFile<'_, impl Read>, unpacked: &mut Unpacked<'_>) -> Result<(), ConversionError> {
    if entry.is_dir() {
        return Ok(());
    }
    let path = String::from_utf8_lossy(entry.name_raw()).into_owned();
    let special = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
    if !matches!(special, 0 | 0o100_000) {
        unpacked.leave_out();
        return Ok(());
    }
    let encrypted = entry.encrypted();
    unpacked.keep(&path, entry).map_err(|error| match error {
        // The old encryption tells only one wrong password of 256 from a right one's damage.
        ConversionError::InvalidFile(_) if encrypted => wrong_password(),
        error => error,
    })
}

fn error(error: ZipError, unpacked: &Unpacked<'_>) -> ConversionError {
    match error {
        ZipError::InvalidPassword => wrong_password(),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            ConversionError::PasswordRequired
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ConversionError::invalid("the archive is compressed in a way that is not supported")
        }
        error => unpacked.budget.error(error),
    }
}
