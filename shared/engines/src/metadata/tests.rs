use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::*;
use crate::ConversionError;
use crate::testing::{Bench, peer, sample};

async fn read(bench: &Bench, path: PathBuf, format: Format) -> Map<String, Value> {
    let sources = [(path, "input", format)];
    let made = bench.process("metadata", &sources, format, json!({})).await.unwrap().made;
    assert!(made.files.is_empty());
    made.result["metadata"].as_object().unwrap().clone()
}

async fn write(
    bench: &Bench,
    (path, format): (PathBuf, Format),
    metadata: Value,
) -> Result<PathBuf, ConversionError> {
    let sources = [(path, "input", format)];
    let options = json!({ "metadata": metadata });
    let made = bench.process("metadata/write", &sources, format, options).await?.made;
    Ok(made.files[0].path.clone())
}

#[tokio::test]
async fn a_picture_says_what_it_is() {
    let bench = Bench::new();
    let found = read(&bench, sample("photo.jpg"), Format::JPG).await;
    for (name, value) in [
        ("FileType", json!("JPG")),
        ("MIMEType", json!("image/jpeg")),
        ("ImageWidth", json!(240)),
        ("ImageHeight", json!(320)),
        ("BitDepth", json!(8)),
        ("HasAlpha", json!(false)),
        ("Orientation", json!(6)),
    ] {
        assert_eq!(found[name], value, "{name}");
    }
    for format in PICTURES {
        let file =
            bench.file(sample("photo.png"), (Format::PNG, *format), json!({"width": 64})).await;
        assert_eq!(read(&bench, file, *format).await["ImageWidth"], 64, "{format}");
    }
}

#[tokio::test]
async fn exif_is_read_as_exiftool_wrote_it() {
    let bench = Bench::new();
    let path = bench.directory.path().join("a.jpg");
    fs::copy(sample("photo.jpg"), &path).unwrap();
    let arguments = ["-q", "-Artist=Ada \"L\"", "-Model=X 1", "-ISO=200", path.to_str().unwrap()];
    let Some(_) = peer("exiftool", &arguments) else { return };
    let found = read(&bench, path, Format::JPG).await;
    assert_eq!(found["Artist"], "Ada \"L\"");
    assert_eq!(found["Model"], "X 1");
    assert_eq!(found["PhotographicSensitivity"], 200);
    assert!(found.values().all(|value| !value.is_object() && !value.is_array()));
}

/// Asks exiftool for a tag.
fn tag(path: &Path, tag: &str) -> Option<String> {
    let said = peer("exiftool", &["-s3", tag, path.to_str().unwrap()])?;
    Some(String::from_utf8(said).unwrap().trim().to_owned())
}

#[tokio::test]
async fn what_is_written_is_read_by_exiftool_and_here() {
    let bench = Bench::new();
    let metadata = json!({"Title": "Tea & <coffee>", "Author": "Ada", "Producer": "Recast",
        "Description": "Zürich 茶", "Keywords": "one, two", "copyright": "© Ada"});
    for format in WRITABLE {
        let input = bench.file(sample("photo.png"), (Format::PNG, *format), json!({})).await;
        let file = write(&bench, (input.clone(), *format), metadata.clone()).await.unwrap();
        let found = read(&bench, file.clone(), *format).await;
        assert_eq!(found["Title"], "Tea & <coffee>", "{format}");
        assert_eq!(found["Keywords"], "one, two", "{format}");
        let pixels = |path: &Path| {
            let reader = image::ImageReader::open(path).unwrap().with_guessed_format().unwrap();
            reader.decode().unwrap().into_rgb8()
        };
        assert!(pixels(&file) == pixels(&input), "{format}");
        // Written over what is there, which else stays.
        let file = write(&bench, (file, *format), json!({"Title": "Milk"})).await.unwrap();
        for (name, value) in [
            ("-XMP:Title", "Milk"),
            ("-Creator", "Ada"),
            ("-Producer", "Recast"),
            ("-XMP:Description", "Zürich 茶"),
            ("-Subject", "one, two"),
            ("-Rights", "© Ada"),
            ("-validate", "OK"),
        ] {
            let Some(said) = tag(&file, name) else { return };
            assert_eq!(said, value, "{format} {name}");
        }
    }
}

#[tokio::test]
async fn xmp_of_another_program_is_kept_but_for_what_is_written() {
    let bench = Bench::new();
    let path = bench.directory.path().join("a.jpg");
    fs::copy(sample("photo.jpg"), &path).unwrap();
    let arguments =
        ["-q", "-XMP:Producer=other", "-XMP:Rating=4", "-Title=old", path.to_str().unwrap()];
    let Some(_) = peer("exiftool", &arguments) else { return };
    let file = write(&bench, (path, Format::JPG), json!({"Producer": "new"})).await.unwrap();
    for (name, value) in
        [("-XMP:Producer", "new"), ("-Rating", "4"), ("-XMP:Title", "old"), ("-Orientation#", "6")]
    {
        assert_eq!(tag(&file, name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn what_has_no_place_in_a_picture_is_refused_by_name() {
    let bench = Bench::new();
    let result = write(&bench, (sample("photo.png"), Format::PNG), json!({"Colour": "red"})).await;
    let Err(ConversionError::InvalidOption { field, message }) = result else {
        panic!("{result:?}")
    };
    assert_eq!(field, "metadata");
    assert!(
        message.starts_with("The metadata has Colour; what can be written is Title, "),
        "{message}"
    );
}

#[tokio::test]
async fn documents_say_their_titles() {
    let bench = Bench::new();
    let found = read(&bench, sample("report.docx"), Format::DOCX).await;
    assert_eq!(found["FileType"], "DOCX");
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" viewBox=\"0 0 20 10\"><title>Tea</title>\
        <g><title>not this</title></g></svg>";
    let found = read(&bench, bench.write("a.svg", svg), Format::SVG).await;
    assert_eq!((&found["Title"], &found["ImageWidth"]), (&json!("Tea"), &json!("20")));
    let script = "import sys,zipfile; p=sys.argv[1]
z=zipfile.ZipFile(p+'/a.epub','w'); z.writestr('mimetype','application/epub+zip')
z.writestr('META-INF/container.xml','<container><rootfiles><rootfile full-path=\"b.opf\"/></rootfiles></container>')
z.writestr('b.opf','<package xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><metadata><dc:title>Book</dc:title><dc:creator>Ada</dc:creator></metadata></package>'); z.close()
z=zipfile.ZipFile(p+'/a.odt','w'); z.writestr('mimetype','application/vnd.oasis.opendocument.text')
z.writestr('meta.xml','<m xmlns:dc=\"d\" xmlns:meta=\"e\"><dc:title>Text</dc:title><meta:generator>X</meta:generator></m>'); z.close()";
    let Some(_) = peer("python3", &["-c", script, bench.directory.path().to_str().unwrap()]) else {
        return;
    };
    let at = |name: &str| bench.directory.path().join(name);
    let found = read(&bench, at("a.epub"), Format::EPUB).await;
    assert_eq!((&found["Title"], &found["Creator"]), (&json!("Book"), &json!("Ada")));
    assert_eq!(read(&bench, at("a.odt"), Format::ODT).await["Title"], "Text");
}

#[tokio::test]
async fn damaged_pictures_are_refused() {
    let bench = Bench::new();
    for (format, magic) in
        [(Format::PNG, &b"\x89PNG\r\n\x1a\nabc"[..]), (Format::JPG, b"\xff\xd8\xff\xe0")]
    {
        let result =
            write(&bench, (bench.write("cut", magic), format), json!({"Title": "x"})).await;
        assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{format}: {result:?}");
    }
}
