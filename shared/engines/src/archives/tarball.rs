use std::fs::File;
use std::io::{self, BufRead, Write};

use tar::{Archive, Builder, Entry, EntryType, Header};

use super::budget::Budget;
use super::pack::Packing;
use super::stream;
use super::unpack::Unpacked;
use crate::ConversionError;

pub(super) fn pack(packing: &Packing<'_>, file: File) -> io::Result<()> {
    let file = io::BufWriter::new(file);
    stream::write(packing.format(), file, |file| write(packing, file))
}

fn write(packing: &Packing<'_>, file: &mut dyn Write) -> io::Result<()> {
    let mut archive = Builder::new(file);
    for (name, content, length) in packing.files() {
        let mut header = Header::new_gnu();
        header.set_size(length);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, name, content?)?;
    }
    archive.finish()
}

/// A sparse file is longer than what is read of it, so that files are counted beside the stream.
pub(super) fn unpack(
    file: impl BufRead,
    unpacked: &mut Unpacked<'_>,
) -> Result<(), ConversionError> {
    let all = Budget::of(unpacked.length());
    let content = stream::reader(unpacked.format(), file).map_err(|it| all.error(it))?;
    let mut archive = Archive::new(all.meter(content));
    for entry in archive.entries().map_err(|it| all.error(it))? {
        let entry = entry.map_err(|it| all.error(it))?;
        unpacked.budget.enter()?;
        keep(entry, unpacked).map_err(|error| all.or(error))?;
    }
    Ok(())
}

fn keep(
    entry: Entry<'_, impl io::Read>,
    unpacked: &mut Unpacked<'_>,
) -> Result<(), ConversionError> {
    let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            unpacked.keep(&path, entry)
        }
        EntryType::Directory => Ok(()),
        _ => {
            unpacked.leave_out();
            Ok(())
        }
    }
}
