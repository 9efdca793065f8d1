use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read, Seek, Write};

use sevenz_rust2::{ArchiveEntry, ArchiveReader, ArchiveWriter, Error, Password};

use super::pack::Packing;
use super::unpack::{Unpacked, wrong_password};
use crate::ConversionError;

/// The most memory that a dictionary may take, in KiB: the highest preset takes 64 MiB.
const MOST_MEMORY: usize = 256 << 10;

/// Where attributes hold the mode of Unix, and the bit that says so.
const UNIX: u32 = 0x8000;

pub(super) fn pack(packing: &Packing<'_>, file: File) -> io::Result<()> {
    let mut archive = ArchiveWriter::new(BufWriter::new(file)).map_err(io::Error::other)?;
    for (name, content, _) in packing.files() {
        let entry = ArchiveEntry::new_file(&name);
        archive.push_archive_entry(entry, Some(content?)).map_err(io::Error::other)?;
    }
    archive.finish()?.flush()
}

pub(super) fn unpack(
    file: impl BufRead + Seek,
    unpacked: &mut Unpacked<'_>,
) -> Result<(), ConversionError> {
    let password = unpacked.password().as_deref().map_or_else(Password::empty, Password::from);
    let given = !password.is_empty();
    let archive = ArchiveReader::new_with_memory_limit(file, password, MOST_MEMORY);
    let mut archive = archive.map_err(|it| error(it, unpacked, given))?;
    archive.set_thread_count(1);
    archive.archive().files.iter().try_for_each(|_| unpacked.budget.enter())?;
    let mut failed = None;
    let read = archive.for_each_entries(|entry, content| {
        keep(entry, content, unpacked).map_err(|error| {
            failed = Some(error);
            Error::Other("stopped".into())
        })?;
        Ok(true)
    });
    match (failed, read) {
        (Some(ConversionError::InvalidFile(_)), _) if given => Err(wrong_password()),
        (Some(error), _) => Err(error),
        (None, read) => read.map_err(|it| error(it, unpacked, given)),
    }
}

fn keep(
    entry: &ArchiveEntry,
    content: &mut dyn Read,
    unpacked: &mut Unpacked<'_>,
) -> Result<(), ConversionError> {
    if entry.is_directory() {
        return Ok(());
    }
    let attributes = entry.windows_attributes();
    let kind = if attributes & UNIX == 0 { 0 } else { (attributes >> 16) & 0o170_000 };
    if !matches!(kind, 0 | 0o100_000) || entry.is_anti_item() {
        unpacked.leave_out();
        return Ok(());
    }
    unpacked.keep(entry.name(), content)
}

fn error(error: Error, unpacked: &Unpacked<'_>, given: bool) -> ConversionError {
    match error {
        Error::PasswordRequired => ConversionError::PasswordRequired,
        Error::MaybeBadPassword(_) if given => wrong_password(),
        Error::ChecksumVerificationFailed if given => wrong_password(),
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) => {
            ConversionError::invalid("the archive is compressed in a way that is not supported")
        }
        Error::MaxMemLimited { .. } => {
            ConversionError::TooLarge("the archive takes too much memory to be read".into())
        }
        error => unpacked.budget.error(error),
    }
}
