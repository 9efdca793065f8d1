use std::fs::{self, File};
use std::io::Write;

use tempfile::TempDir;

use super::*;
use crate::testing::sample;

#[track_caller]
fn check_file(path: &Path, name: Option<&str>, declared: Option<Format>, expected: &str) {
    let found = match detect(path, name, declared) {
        Ok(format) => format.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expected, "{name:?} {declared:?}");
}

#[track_caller]
fn check(content: &[u8], name: Option<&str>, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, content).unwrap();
    check_file(&path, name, None, expected);
}

#[test]
fn samples_are_what_their_names_say() {
    for (name, expected) in [
        ("photo.png", Format::PNG),
        ("photo.jpg", Format::JPG),
        ("drawing.svg", Format::SVG),
        ("notes.md", Format::MD),
        ("table.csv", Format::CSV),
        ("table.xlsx", Format::XLSX),
        ("report.docx", Format::DOCX),
    ] {
        assert_eq!(detect(&sample(name), Some(name), None).unwrap(), expected);
        assert_eq!(detect(&sample(name), None, Some(expected)).unwrap(), expected);
    }
}

#[test]
fn content_without_a_name_tells_its_format_unless_it_is_plain_text() {
    check_file(&sample("photo.png"), None, None, "png");
    check_file(&sample("report.docx"), Some("no extension"), None, "docx");
    check_file(&sample("drawing.svg"), None, None, "svg");
    check_file(&sample("table.csv"), None, None, "the format is not known: looks like text");
    check_file(
        &sample("table.csv"),
        Some("table.exe"),
        None,
        "the format is not known: looks like text",
    );
}

#[test]
fn a_lie_is_an_error_that_names_both() {
    check_file(
        &sample("photo.jpg"),
        None,
        Some(Format::PNG),
        "declared png, but the content is jpg",
    );
    check_file(&sample("photo.jpg"), Some("photo.PNG"), None, "named png, but the content is jpg");
    check_file(&sample("photo.jpg"), Some("photo.png"), Some(Format::JPG), "jpg");
    check_file(
        &sample("report.docx"),
        None,
        Some(Format::XLSX),
        "declared xlsx, but the content is docx",
    );
    check_file(&sample("notes.md"), None, Some(Format::DOCX), "not a docx: looks like text");
    check_file(
        &sample("photo.png"),
        None,
        Some(Format::CSV),
        "declared csv, but the content is png",
    );
    check(b"<!doctype html><p>Log in", Some("table.csv"), "named csv, but the content is html");
    check(b"\x89PNG\r\n", Some("notes.md"), "named md, but the content is png");
    check(&[b'7'; 5000], Some("report.docx"), "not a docx: looks like text");
    check(&[0x02, 0xFE, 0x03], Some("report.docx"), "not a docx: looks like unknown data");
    check(
        &[&b"\x7fELF\x02\x01\x01"[..], &[0; 60]].concat(),
        Some("photo.png"),
        "not a png: looks like a elf file",
    );
}

#[test]
fn binary_formats_are_told_by_their_magic() {
    check(b"GIF89a", None, "gif");
    check(b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", None, "bmp");
    check(b"BMW is a maker of cars", Some("cars.txt"), "txt");
    check(b"II\x2a\0\x08\0\0\0\0\0\0\0", None, "tiff");
    check(b"MM\0\x2a\0\0\0\x08\0\0\0\0", None, "tiff");
    check(b"RIFF\0\0\0\0WEBPVP8 ", None, "webp");
    check(b"%PDF-1.7\n", None, "pdf");
    check(b"\n\njunk before %PDF-1.7\n", None, "pdf");
    check(b"", Some("a.png"), "the file is empty");
}

#[test]
fn text_is_what_it_is_claimed_to_be_unless_it_begins_otherwise() {
    check("a,b\n1,ü\n".as_bytes(), Some("a.csv"), "csv");
    check(b"\xef\xbb\xbfa,b\n", Some("a.csv"), "csv");
    check(b"<div align=\"center\"># Title", Some("README.md"), "md");
    check(b"<!-- a comment -->\n# Title", Some("README.md"), "md");
    check(b"<!DOCTYPE HTML>", Some("source.txt"), "txt");
    check(b"Hello", Some("hello.html"), "html");
    check(b"  <!-- x --><HTML lang=en>", None, "html");
    check(br"{\rtf1\ansi Hello}", None, "rtf");
    check(b"Hello", Some("hello.rtf"), "not a rtf: looks like text");
    check(b"a,b\0c\n", Some("a.csv"), "not a csv: looks like unknown data");
    check(b"caf\xe9;1\n", Some("a.csv"), "not a csv: looks like text that is not UTF-8");
    check(b"\xff\xfea\0,\0", Some("a.csv"), "not a csv: looks like text that is not UTF-8");
    let mut long = vec![b'a'; 65_535];
    long.extend("é".as_bytes());
    check(&long, Some("a.txt"), "txt");
}

#[test]
fn svg_is_found_behind_what_may_stand_before_it() {
    check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", None, "svg");
    check(
        b"<?xml version='1.0'?>\n<!-- hi -->\n<!DOCTYPE svg PUBLIC 'x' 'y'>\n<svg/>",
        None,
        "svg",
    );
    check(b"<!DOCTYPE svg [ <!ENTITY a '>'> ]>\n<svg:svg xmlns:svg='x'>", None, "svg");
    check(b"<?xml version='1.0'?><note/>", Some("a.svg"), "not a svg: looks like text");
    check(b"<!-- never closed", Some("a.svg"), "not a svg: looks like text");
    check(b"<!DOCTYPE x [", Some("a.svg"), "not a svg: looks like text");
}

fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn packages_are_told_by_what_they_list() {
    let odt = [("mimetype", "application/vnd.oasis.opendocument.text")];
    check(&zip_of(&odt), None, "odt");
    let ods = [("mimetype", "application/vnd.oasis.opendocument.spreadsheet")];
    check(&zip_of(&ods), Some("a.odt"), "named odt, but the content is ods");
    let odp = [("mimetype", "application/vnd.oasis.opendocument.presentation\n")];
    check(&zip_of(&odp), None, "odp");
    let locked = [odt[0], ("META-INF/manifest.xml", "<manifest:encryption-data/>")];
    check(&zip_of(&locked), Some("a.odt"), "the file is protected by a password");
    let types = "<Override ContentType='…presentationml.presentation.main+xml'/>";
    check(&zip_of(&[("[Content_Types].xml", types)]), None, "pptx");
    check(&zip_of(&[("a.txt", "a")]), Some("a.docx"), "not a docx: looks like a zip");
    check(&zip_of(&[("mimetype", "application/epub+zip")]), None, "epub");
    check(&zip_of(&[("a.txt", "a")]), None, "zip");
}

#[test]
fn a_truncated_document_is_a_damaged_zip() {
    let report = fs::read(sample("report.docx")).unwrap();
    check(&report[..report.len() / 2], Some("report.docx"), "not a docx: looks like a damaged zip");
}

fn compound_of(streams: &[(&str, &[u8])]) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut file = cfb::CompoundFile::create(
        File::options().create_new(true).read(true).write(true).open(&path).unwrap(),
    )
    .unwrap();
    for (name, content) in streams {
        file.create_stream(name).unwrap().write_all(content).unwrap();
    }
    (folder, path)
}

#[test]
fn compound_files_are_told_by_their_streams() {
    let check = |streams: &[(&str, &[u8])], name: Option<&str>, expected: &str| {
        let (_folder, path) = compound_of(streams);
        check_file(&path, name, None, expected);
    };
    let filepass = [9, 8, 2, 0, 0, 6, 0x2F, 0, 0, 0];
    check(&[("/WordDocument", &[0; 32])], None, "doc");
    check(&[("/Workbook", &[9, 8, 2, 0, 0, 6, 0x42, 0, 2, 0, 0, 0])], None, "xls");
    check(&[("/Book", &[])], Some("a.xls"), "xls");
    check(&[("/PowerPoint Document", &[])], Some("a.doc"), "named doc, but the content is ppt");
    check(&[("/Contents", &[])], Some("a.ppt"), "ppt");
    check(&[("/Contents", &[])], Some("a.docx"), "not a docx: looks like an OLE2 file");
    check(&[("/Contents", &[])], None, "the format is not known: looks like an OLE2 file");
    let locked = "the file is protected by a password";
    check(&[("/EncryptedPackage", &[])], Some("a.docx"), locked);
    check(&[("/WordDocument", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])], Some("a.doc"), locked);
    check(&[("/Workbook", &filepass)], Some("a.xls"), locked);
    let user = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xDF, 0xC4, 0xD1, 0xF3];
    check(&[("/PowerPoint Document", &[]), ("/Current User", &user)], None, locked);
}

#[test]
fn a_damaged_compound_file_is_no_document() {
    let mut bytes = compound::MAGIC.to_vec();
    bytes.extend([0xFF; 600]);
    check(&bytes, Some("a.doc"), "not a doc: looks like a damaged OLE2 file");
}

#[test]
fn a_missing_file_is_unreadable() {
    assert!(matches!(
        detect(Path::new("/no/such/file"), None, None),
        Err(DetectError::Unreadable(_))
    ));
}
