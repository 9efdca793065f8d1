//! The compressed streams that files and tar archives come in.

use std::io::{self, BufRead, Read, Write};

use bzip2::bufread::MultiBzDecoder;
use bzip2::write::BzEncoder;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzReader, XzWriter};

use crate::Format;

/// The most memory that reading xz may take, in KiB: its highest preset takes 65 MiB.
const MOST_MEMORY: u32 = 256 << 10;

/// As xz and zstd themselves choose.
const XZ_PRESET: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// Returns what a compressed file holds; a format that is not compressed is itself.
pub(super) fn reader<'a>(
    format: Format,
    file: impl BufRead + 'a,
) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match format {
        Format::GZ | Format::TAR_GZ => Box::new(MultiGzDecoder::new(file)),
        Format::BZ2 | Format::TAR_BZ2 => Box::new(MultiBzDecoder::new(file)),
        Format::XZ | Format::TAR_XZ => Box::new(XzReader::new_mem_limit(file, true, MOST_MEMORY)),
        Format::ZST | Format::TAR_ZST => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
        _ => Box::new(file),
    })
}

/// Has something write into a file of this format.
pub(super) fn write(
    format: Format,
    file: impl Write,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = file;
    match format {
        Format::TAR_GZ => {
            let mut encoder = GzEncoder::new(&mut file, flate2::Compression::default());
            fill(&mut encoder)?;
            encoder.finish()?;
        }
        Format::TAR_BZ2 => {
            let mut encoder = BzEncoder::new(&mut file, bzip2::Compression::default());
            fill(&mut encoder)?;
            encoder.finish()?;
        }
        Format::TAR_XZ => {
            let mut encoder = XzWriter::new(&mut file, XzOptions::with_preset(XZ_PRESET))?;
            fill(&mut encoder)?;
            encoder.finish()?;
        }
        Format::TAR_ZST => {
            let mut encoder = zstd::stream::write::Encoder::new(&mut file, ZSTD_LEVEL)?;
            fill(&mut encoder)?;
            encoder.finish()?;
        }
        _ => fill(&mut file)?,
    }
    file.flush()
}
