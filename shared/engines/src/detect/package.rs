//! Documents that are zip archives: Office Open XML and OpenDocument.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;

use super::Look;
use crate::Format;

pub(super) const MAGIC: &[u8] = b"PK\x03\x04";

/// No honest list of contents is larger.
const LARGEST_LIST: u64 = 1 << 20;

/// The content types of a package's main part (ECMA-376, part 1).
const OFFICE_OPEN: &[(&str, Format)] = &[
    ("wordprocessingml.document.main+xml", Format::DOCX),
    ("spreadsheetml.sheet.main+xml", Format::XLSX),
    ("presentationml.presentation.main+xml", Format::PPTX),
    ("wordprocessingml.template.main+xml", Format::DOTX),
    ("ms-word.document.macroEnabled.main+xml", Format::DOCM),
    ("ms-excel.sheet.macroEnabled.main+xml", Format::XLSM),
    ("ms-excel.sheet.binary.macroEnabled.main", Format::XLSB),
    ("spreadsheetml.template.main+xml", Format::XLTX),
    ("presentationml.slideshow.main+xml", Format::PPSX),
    ("presentationml.template.main+xml", Format::POTX),
    ("ms-powerpoint.presentation.macroEnabled.main+xml", Format::PPTM),
    ("ms-visio.drawing.main+xml", Format::VSDX),
];

/// What an OpenDocument package says of itself in its first file (OpenDocument 1.3, part 2).
const OPEN_DOCUMENT: &[(&str, Format)] = &[
    ("application/vnd.oasis.opendocument.text", Format::ODT),
    ("application/vnd.oasis.opendocument.spreadsheet", Format::ODS),
    ("application/vnd.oasis.opendocument.presentation", Format::ODP),
    ("application/vnd.oasis.opendocument.graphics", Format::ODG),
    ("application/vnd.oasis.opendocument.text-template", Format::OTT),
    ("application/vnd.oasis.opendocument.spreadsheet-template", Format::OTS),
    ("application/vnd.oasis.opendocument.presentation-template", Format::OTP),
    ("application/epub+zip", Format::EPUB),
];

type Archive = ZipArchive<BufReader<File>>;

pub(super) fn look(file: File) -> Look {
    match ZipArchive::new(BufReader::new(file)) {
        Ok(mut archive) => open_document(&mut archive)
            .or_else(|| office_open(&mut archive))
            .unwrap_or(Look::Package),
        Err(_) => Look::Other("a damaged zip".into()),
    }
}

/// Returns whether a zip that does not say what for may be of the format.
pub(super) fn may_be(claimed: Format) -> bool {
    matches!(claimed, Format::ZIP | Format::KEY | Format::NUMBERS | Format::PAGES)
}

fn open_document(archive: &mut Archive) -> Option<Look> {
    let kind = read(archive, "mimetype")?;
    let found = OPEN_DOCUMENT.iter().find(|(name, _)| kind.trim_ascii() == name.as_bytes())?.1;
    let manifest = read(archive, "META-INF/manifest.xml").unwrap_or_default();
    let encrypted = contains(&manifest, "encryption-data");
    Some(if encrypted { Look::Encrypted } else { Look::Sure(found) })
}

fn office_open(archive: &mut Archive) -> Option<Look> {
    let types = read(archive, "[Content_Types].xml")?;
    let found = OFFICE_OPEN.iter().find(|(name, _)| contains(&types, name))?.1;
    Some(Look::Sure(found))
}

fn read(archive: &mut Archive, name: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    archive.by_name(name).ok()?.take(LARGEST_LIST).read_to_end(&mut content).ok()?;
    Some(content)
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window == part.as_bytes())
}
