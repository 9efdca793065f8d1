//! Whether other programs take a result for what it should be.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::asked::PASSWORD;
use super::kinds::kind;
use super::{Sample, metadata};
use crate::{Format, Made, Pair};

/// What was asked for.
pub(super) struct Asked {
    pub(super) operation: &'static str,
    pub(super) engine: &'static str,
    pub(super) input: PathBuf,
    pub(super) format: Format,
    word: Option<&'static str>,
}

impl Asked {
    pub(super) fn of(pair: Pair<'_>, sample: &Sample) -> Self {
        let (operation, engine) = (pair.operation, pair.engine.name);
        let format = match (operation, pair.input) {
            // What the archives and the compressed files here hold.
            ("archive/extract", Format::BZ2 | Format::GZ | Format::XZ | Format::ZST) => Format::MD,
            ("archive/extract", _) => Format::PNG,
            _ => pair.output,
        };
        Self { operation, engine, input: sample.path.clone(), format, word: sample.word }
    }
}

/// Formats whose text is read as it is.
const TEXTS: &[Format] = &[
    Format::CSV,
    Format::FB2,
    Format::HTML,
    Format::JSON,
    Format::LATEX,
    Format::MD,
    Format::RST,
    Format::RTF,
    Format::TXT,
];

/// Formats whose text is in parts of a zip archive.
const PACKAGES: &[Format] = &[
    Format::DOCX,
    Format::EPUB,
    Format::ODP,
    Format::ODS,
    Format::ODT,
    Format::PPTX,
    Format::XLSX,
];

/// Reads the text of a package.
const UNZIP: &str = "import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as package:
    assert package.testzip() is None
    for name in package.namelist():
        if re.search(r'\\.x?html?$|\\.xml$', name):
            print(re.sub(r'<[^>]*>', ' ', package.read(name).decode()))";

/// All that look at results.
pub(super) const PROGRAMS: &[&str] = &[
    "7z",
    "exiftool",
    "ffprobe",
    "file",
    "gm",
    "gs",
    "heif-info",
    "identify",
    "pdfinfo",
    "pdftotext",
    "python3",
    "tar",
];

pub(super) fn check(asked: &Asked, made: &Made) -> Result<(), String> {
    match asked.operation {
        "metadata" => return metadata::agrees(asked, made),
        "metadata/write" => metadata::is_written(asked, &made.files[0].path)?,
        _ => {}
    }
    if made.files.is_empty() {
        return Err("nothing was made".into());
    }
    made.files.iter().try_for_each(|file| is_right(asked, &file.path))?;
    // What was on the first page must be there still.
    let (Some(word), Some(text)) = (asked.word, text(asked, &made.files[0].path)) else {
        return Ok(());
    };
    if text?.contains(word) { Ok(()) } else { Err(format!("{word} is lost")) }
}

fn is_right(asked: &Asked, path: &Path) -> Result<(), String> {
    let file = path.to_str().unwrap();
    let said = ask(&["file", "-b", "--mime-type", file])? + &ask(&["file", "-b", file])?;
    if !said.contains(kind(asked.format)) {
        return Err(format!("file says {said}"));
    }
    decoder(asked).map_or(Ok(()), |decoder| {
        let said = ask(&[decoder, &[file]].concat())?;
        if said.trim().is_empty() { Err(format!("{} says nothing", decoder[0])) } else { Ok(()) }
    })
}

/// Returns what another program than the engine reads a format by, and says something of it.
fn decoder(asked: &Asked) -> Option<&'static [&'static str]> {
    const FFPROBE: &[&str] =
        &["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames"];
    const IDENTIFY: &[&str] = &["identify", "-format", "%w %h %#"];
    Some(match asked.format {
        Format::AVIF | Format::HEIC => &["heif-info"],
        Format::ICO | Format::JXL | Format::PSD | Format::QOI => FFPROBE,
        Format::JP2 if asked.engine == "imagemagick" => FFPROBE,
        Format::BMP
        | Format::GIF
        | Format::JPG
        | Format::PNG
        | Format::PNM
        | Format::TGA
        | Format::TIFF
        | Format::WEBP
            if asked.engine == "imagemagick" =>
        {
            &["gm", "identify", "-format", "%w %h %#"]
        }
        Format::BMP
        | Format::GIF
        | Format::JP2
        | Format::JPG
        | Format::PNG
        | Format::PNM
        | Format::TGA
        | Format::TIFF
        | Format::WEBP => IDENTIFY,
        Format::THREE_GP
        | Format::AAC
        | Format::AIFF
        | Format::AVI
        | Format::FLAC
        | Format::FLV
        | Format::M4A
        | Format::MKV
        | Format::MOV
        | Format::MP3
        | Format::MP4
        | Format::MPEG
        | Format::OGG
        | Format::OPUS
        | Format::TS
        | Format::WAV
        | Format::WEBM
        | Format::WMA
        | Format::WMV => FFPROBE,
        Format::PDF if asked.operation == "pdf/encrypt" => &["pdfinfo", "-upw", PASSWORD],
        Format::PDF => &["pdfinfo"],
        Format::EPS | Format::PS if asked.engine != "ghostscript" => {
            &["gs", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=bbox"]
        }
        Format::SVG | Format::FB2 => &[
            "python3",
            "-c",
            "import sys, xml.etree.ElementTree as tree; print(tree.parse(sys.argv[1]).getroot().tag)",
        ],
        Format::JSON => &["python3", "-m", "json.tool"],
        Format::SEVEN_ZIP | Format::ZIP => &["7z", "l"],
        Format::TAR | Format::TAR_BZ2 | Format::TAR_GZ | Format::TAR_XZ | Format::TAR_ZST => {
            &["tar", "-tf"]
        }
        _ => return None,
    })
}

/// Returns the text of a file of which there is any.
fn text(asked: &Asked, path: &Path) -> Option<Result<String, String>> {
    let file = path.to_str().unwrap();
    match asked.format {
        Format::PDF if asked.operation == "pdf/encrypt" => {
            Some(ask(&["pdftotext", "-upw", PASSWORD, file, "-"]))
        }
        Format::PDF => Some(ask(&["pdftotext", file, "-"])),
        format if PACKAGES.contains(&format) => Some(ask(&["python3", "-c", UNZIP, file])),
        format if TEXTS.contains(&format) => {
            Some(std::fs::read_to_string(path).map_err(|error| error.to_string()))
        }
        _ => None,
    }
}

/// Returns what a program says on both streams if it ends well.
pub(super) fn ask(command: &[&str]) -> Result<String, String> {
    let output = Command::new(command[0]).args(&command[1..]).output();
    let output = output.map_err(|error| format!("{}: {error}", command[0]))?;
    let said = [output.stdout, output.stderr]
        .map(|said| String::from_utf8_lossy(&said).into_owned())
        .concat();
    if output.status.success() { Ok(said) } else { Err(format!("{}: {said}", command[0])) }
}
