//! What a file says of itself: in its dictionary Info, and as XMP.

use lopdf::{Dictionary, Document, Object, decode_text_string, text_string};
use serde_json::{Map, Value};

use super::open::{open, save};
use super::options::METADATA;
use super::tree;
use crate::conversion::Job;
use crate::{ConversionError, Made};

mod xmp;

/// What can be written (ISO 32000-2, table 349).
const WRITABLE: [&str; 6] = ["Title", "Author", "Subject", "Keywords", "Creator", "Producer"];

/// The longest text that is told, in characters.
const LONGEST: usize = 10_000;

/// Tells what a file says of itself, in a flat list.
///
/// # Errors
///
/// When the file cannot be read.
pub(super) fn read(job: &Job) -> Result<Made, ConversionError> {
    let document = open(job.source(), &job.conversion.options)?;
    let mut metadata = Map::new();
    metadata.insert("FileType".into(), "PDF".into());
    metadata.insert("MIMEType".into(), "application/pdf".into());
    metadata.insert("PDFVersion".into(), version(&document).into());
    metadata.insert("PageCount".into(), tree::pages(&document).len().into());
    let encrypted = document.was_encrypted();
    metadata.insert("Encrypted".into(), encrypted.into());
    let size = tree::pages(&document).first().map(|page| tree::area(&document, *page));
    if let Some([left, bottom, right, top]) = size {
        metadata.insert("PageWidth".into(), (right - left).into());
        metadata.insert("PageHeight".into(), (top - bottom).into());
    }
    for (name, value) in xmp::read(&document).into_iter().chain(info(&document)) {
        metadata.insert(name, value.chars().take(LONGEST).collect::<String>().into());
    }
    let result = Map::from_iter([("metadata".into(), Value::Object(metadata))]);
    Ok(Made { result, ..Made::default() })
}

/// The catalogue may name a later version than the file's first line.
fn version(document: &Document) -> String {
    let later = document.catalog().and_then(|it| it.get_deref(b"Version", document));
    let later = later.and_then(Object::as_name).map(String::from_utf8_lossy);
    later.map(String::from).unwrap_or_default().max(document.version.clone())
}

/// Returns what Info says, by names as exiftool has them.
fn info(document: &Document) -> Vec<(String, String)> {
    let info = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict);
    let entries = info.into_iter().flat_map(Dictionary::iter);
    let told = |(key, value): (&Vec<u8>, &Object)| {
        let name = match String::from_utf8_lossy(key).as_ref() {
            "CreationDate" => "CreateDate".to_owned(),
            "ModDate" => "ModifyDate".to_owned(),
            name => name.to_owned(),
        };
        let (_, value) = document.dereference(value).ok()?;
        let text = match value {
            Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
            other => decode_text_string(other).ok()?,
        };
        Some((name, date(&text).unwrap_or(text)))
    };
    entries.filter_map(told).collect()
}

/// Returns a date of PDF (ISO 32000-2, 7.9.4) as ISO 8601 has it.
fn date(text: &str) -> Option<String> {
    let text = text.strip_prefix("D:")?;
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let part = |from: usize, usual: &str| digits.get(from..from + 2).unwrap_or(usual).to_owned();
    let zone = text[digits.len()..].replace('\'', ":");
    let zone = match zone.trim_end_matches(':') {
        zone if zone.starts_with(['+', '-']) => zone.to_owned(),
        zone if zone.starts_with('Z') => "Z".to_owned(),
        _ => String::new(),
    };
    let year = digits.get(..4)?;
    let day = format!("{year}-{}-{}", part(4, "01"), part(6, "01"));
    Some(format!("{day}T{}:{}:{}{zone}", part(8, "00"), part(10, "00"), part(12, "00")))
}

/// Changes what a file says of itself; an empty text takes an entry away.
///
/// # Errors
///
/// When the file cannot be read, or something else than these six shall be changed.
pub(super) fn write(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let wanted = wanted(METADATA.members(options))?;
    let mut document = open(job.source(), options)?;
    let mut info =
        document.trailer.get_deref(b"Info", &document).and_then(Object::as_dict).cloned();
    let info = info.as_mut().ok();
    let mut info = info.cloned().unwrap_or_default();
    for (name, text) in &wanted {
        if text.is_empty() {
            info.remove(name.as_bytes());
        } else {
            info.set(*name, text_string(text));
        }
    }
    let id = document.add_object(info);
    document.trailer.set("Info", id);
    xmp::write(&mut document, &wanted);
    save(&mut document, &job.output())?;
    Ok(job.output().into())
}

fn wanted(members: Map<String, Value>) -> Result<Vec<(&'static str, String)>, ConversionError> {
    let one = |(name, value): (String, Value)| {
        let known = WRITABLE.into_iter().find(|known| known.eq_ignore_ascii_case(&name));
        let known = known.ok_or_else(|| ConversionError::InvalidOption {
            field: METADATA.name.into(),
            message: format!("a pdf's {name} cannot be written, only {}", WRITABLE.join(", ")),
        })?;
        Ok((known, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    };
    members.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_as_everybody_writes_them() {
        let check = |text, expected: Option<&str>| assert_eq!(date(text).as_deref(), expected);
        check("D:20240131180500+01'00'", Some("2024-01-31T18:05:00+01:00"));
        check("D:20240131180500Z00'00'", Some("2024-01-31T18:05:00Z"));
        check("D:2024", Some("2024-01-01T00:00:00"));
        check("yesterday", None);
    }
}
