//! Refuses spreadsheets that would fill the memory: the library that reads them trusts what they say of themselves.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::ConversionError;

/// The most that one part of a spreadsheet may be when unpacked.
const LARGEST_PART: u64 = 512 << 20;

/// Deflate makes nothing smaller than this many times: its longest match of 258 bytes takes two bits.
const BEST_RATIO: u64 = 1032;

/// The most different texts, for which the library makes room at once.
const MOST_STRINGS: u64 = 10_000_000;

type Archive = ZipArchive<BufReader<File>>;

/// Returns an error for a spreadsheet that is too large to be read in bounded memory.
pub(super) fn check(path: &Path) -> Result<(), ConversionError> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    for index in 0..archive.len() {
        check_part(&mut archive, index)?;
        check_strings(&mut archive, index)?;
    }
    Ok(())
}

/// An archive may be wrong about the sizes of its parts, so that only unpacking tells.
fn check_part(archive: &mut Archive, index: usize) -> Result<(), ConversionError> {
    let part = archive.by_index(index).map_err(damaged)?;
    if part.compressed_size() < LARGEST_PART / BEST_RATIO {
        return Ok(());
    }
    let length = io::copy(&mut part.take(LARGEST_PART + 1), &mut io::sink()).map_err(damaged)?;
    if length <= LARGEST_PART { Ok(()) } else { Err(too_large()) }
}

fn check_strings(archive: &mut Archive, index: usize) -> Result<(), ConversionError> {
    let part = archive.by_index(index).map_err(damaged)?;
    let is_strings =
        part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
    if is_strings && strings(Reader::from_reader(BufReader::new(part)))? > MOST_STRINGS {
        return Err(too_large());
    }
    Ok(())
}

/// Returns how many different texts a list says it has.
fn strings(mut reader: Reader<impl BufRead>) -> Result<u64, ConversionError> {
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(damaged)?;
        if let Event::Start(start) | Event::Empty(start) = &event
            && start.local_name().as_ref() == "sst"
        {
            return Ok(number(start, "uniqueCount").unwrap_or(0));
        }
        if matches!(event, Event::Eof) {
            return Ok(0);
        }
        buffer.clear();
    }
}

/// Returns a number in an attribute; what is no number, or too large for one, is more than anything allowed.
fn number(start: &BytesStart<'_>, name: &str) -> Option<u64> {
    let mut attributes = start.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.parse().unwrap_or(u64::MAX))
}

fn damaged<E>(_: E) -> ConversionError {
    ConversionError::invalid("the spreadsheet is damaged")
}

fn too_large() -> ConversionError {
    ConversionError::TooLarge("the spreadsheet is too large".into())
}
