//! Formats that nothing here writes, but that are others under another type: templates, documents with macros.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Sample, Samples};
use crate::testing::Bench;
use crate::{Format, detect};

/// A format by its extension, the one that it is, and how their types differ.
const KIN: [(&str, Format, &str, &str); 13] = [
    (
        "docm",
        Format::DOCX,
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        "vnd.ms-word.document.macroEnabled.main",
    ),
    ("dotx", Format::DOCX, "wordprocessingml.document.main", "wordprocessingml.template.main"),
    (
        "xlsm",
        Format::XLSX,
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
        "vnd.ms-excel.sheet.macroEnabled.main",
    ),
    ("xltx", Format::XLSX, "spreadsheetml.sheet.main", "spreadsheetml.template.main"),
    (
        "pptm",
        Format::PPTX,
        "vnd.openxmlformats-officedocument.presentationml.presentation.main",
        "vnd.ms-powerpoint.presentation.macroEnabled.main",
    ),
    ("potx", Format::PPTX, "presentationml.presentation.main", "presentationml.template.main"),
    ("ppsx", Format::PPTX, "presentationml.presentation.main", "presentationml.slideshow.main"),
    ("ott", Format::ODT, "opendocument.text", "opendocument.text-template"),
    ("ots", Format::ODS, "opendocument.spreadsheet", "opendocument.spreadsheet-template"),
    ("otp", Format::ODP, "opendocument.presentation", "opendocument.presentation-template"),
    ("odg", Format::ODP, "opendocument.presentation", "opendocument.graphics"),
    ("dot", Format::DOC, "", ""),
    ("pps", Format::PPT, "", ""),
];

/// The parts of a package that tell its type.
const TELLING: [&str; 3] = ["[Content_Types].xml", "mimetype", "META-INF/manifest.xml"];

/// Adds those of which the other is there.
pub(super) fn add(bench: &Bench, samples: &mut Samples) {
    for (extension, of, from, to) in KIN {
        let (Some(format), Some(sample)) = (Format::parse(extension), samples.get(&of)) else {
            continue;
        };
        if samples.contains_key(&format) {
            continue;
        }
        let path = bench.directory.path().join(format!("kin.{extension}"));
        if from.is_empty() {
            std::fs::copy(&sample.path, &path).unwrap();
        } else {
            rewrite(&sample.path, &path, (from, to));
        }
        if detect(&path, None, Some(format)).is_ok() {
            let word = sample.word;
            samples.insert(format, Sample { path, word });
        }
    }
}

/// Writes a package anew, of another type.
fn rewrite(from: &Path, to: &Path, (old, new): (&str, &str)) {
    let mut package = ZipArchive::new(File::open(from).unwrap()).unwrap();
    let mut made = ZipWriter::new(File::create(to).unwrap());
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for at in 0..package.len() {
        let mut part = package.by_index(at).unwrap();
        let (mut content, name) = (Vec::new(), part.name().unwrap().into_owned());
        part.read_to_end(&mut content).unwrap();
        if TELLING.contains(&name.as_str()) {
            content = String::from_utf8(content).unwrap().replace(old, new).into();
        }
        made.start_file(name, stored).unwrap();
        made.write_all(&content).unwrap();
    }
    made.finish().unwrap();
}
