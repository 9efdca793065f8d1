mod formats;
mod hostile;
mod locked;
mod options;
mod program;
mod warm;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::*;
use crate::conversion::Job;
use crate::testing::{Bench, bench_with, sample};
use crate::{CONVERT, Catalogue, Conversion, ConversionError, Progress, Source};

/// Returns a bench with LibreOffice, or nothing where it is not installed and need not be.
async fn bench() -> Option<Bench> {
    bench_with(ENGINE.name, &["pdftotext", "qpdf"]).await
}

/// Returns the LibreOffice that is kept warm for a bench.
fn warm(bench: &Bench) -> &Warm {
    &bench.catalogue.isolation.as_ref().unwrap().office
}

/// Converts to one file by the kit, and by nothing else.
async fn by_kit(bench: &Bench, input: &Path, pair: (Format, Format), options: Value) -> PathBuf {
    let before = warm(bench).converted();
    let file = bench.file(input.to_owned(), pair, office(options)).await;
    assert_eq!(warm(bench).converted(), before + 1, "{pair:?} did not go by the kit");
    file
}

/// Converts to one file by a program that is begun for it.
async fn by_soffice(
    bench: &Bench,
    input: &Path,
    pair: (Format, Format),
    options: Value,
) -> PathBuf {
    let source = Source {
        path: input.to_owned(),
        name: "input".into(),
        task: "given".into(),
        format: pair.0,
    };
    let conversion = Conversion {
        operation: CONVERT.into(),
        sources: vec![source],
        output_format: pair.1,
        options: options.as_object().unwrap().clone(),
        directory: tempfile::tempdir_in(bench.directory.path()).unwrap().keep(),
        engine: None,
    };
    let program = fs::canonicalize("/usr/bin/soffice").unwrap();
    let job = Job { conversion, program: None, progress: Progress::default() };
    let isolation = bench.catalogue.isolation.clone().unwrap();
    let made = isolation.around(vec![input.to_owned()], soffice::convert(&job, &program)).await;
    made.unwrap().files.remove(0).path
}

/// Converts to one file by each of the two ways.
async fn by_both(
    bench: &Bench,
    input: &Path,
    pair: (Format, Format),
    options: Value,
) -> [PathBuf; 2] {
    let first = by_kit(bench, input, pair, options.clone()).await;
    [first, by_soffice(bench, input, pair, options).await]
}

/// Has the engine be this one, where another would be preferred.
fn office(mut options: Value) -> Value {
    options["engine"] = ENGINE.name.into();
    options
}

/// Returns the text of a PDF and the number of its pages, by poppler.
fn read_pdf(path: &Path) -> (String, usize) {
    let output =
        Command::new("pdftotext").arg(path).arg("-").output().expect("pdftotext is installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let pages = text.matches('\u{c}').count();
    (text, pages)
}

/// Makes slides, which no other sample is, of a flat presentation with a page for each text.
fn slides(bench: &Bench, texts: &[&str]) -> PathBuf {
    let mut pages = String::new();
    for text in texts {
        pages.push_str(&format!(
            "<draw:page draw:name='{text}'><draw:frame svg:width='10cm' svg:height='3cm' svg:x='2cm' svg:y='2cm'>\
             <draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
        ));
    }
    let content = format!(
        "<office:document-content office:version='1.2' xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
         xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'><office:body><office:presentation>{pages}\
         </office:presentation></office:body></office:document-content>"
    );
    open_document(bench, "slides.odp", "presentation", &content)
}

/// Writes an OpenDocument package with only its content.
fn open_document(bench: &Bench, name: &str, kind: &str, content: &str) -> PathBuf {
    let kind = format!("application/vnd.oasis.opendocument.{kind}");
    let manifest = format!(
        "<manifest:manifest manifest:version='1.2' xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>\
         <manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/>\
         <manifest:file-entry manifest:full-path='content.xml' manifest:media-type='text/xml'/></manifest:manifest>"
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("mimetype", kind.as_str()),
        ("META-INF/manifest.xml", &manifest),
        ("content.xml", content),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    bench.write(name, zip.finish().unwrap().into_inner())
}
