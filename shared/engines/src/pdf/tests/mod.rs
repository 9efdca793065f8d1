use std::fs;
use std::path::{Path, PathBuf};

use lopdf::{Document, Object};
use serde_json::{Value, json};

use super::tree;
use crate::raster::testing::{assert_alike, assert_near, open, pixel};
use crate::testing::{Bench, ask, sample};
use crate::{ConversionError, Format, Made};

mod marks;
mod parts;

async fn made(
    bench: &Bench,
    operation: &str,
    files: &[PathBuf],
    options: Value,
) -> Result<Made, ConversionError> {
    let pair = (Format::PDF, Format::PDF);
    bench.operate(operation, files, pair, options).await.map(|output| output.made)
}

/// Does an operation with a sample and returns the one result, which qpdf finds nothing wrong with.
async fn file(bench: &Bench, operation: &str, name: &str, options: Value) -> PathBuf {
    let made = made(bench, operation, &[sample(name)], options).await.unwrap();
    let [product] = &made.files[..] else { panic!("{made:?}") };
    check(&product.path);
    product.path.clone()
}

fn check(path: &Path) {
    ask("qpdf", &["--check", path.to_str().unwrap()]);
}

/// Returns the text of each page, as poppler reads it.
fn texts(path: &Path) -> Option<Vec<String>> {
    let text = ask("pdftotext", &[path.to_str().unwrap(), "-"])?;
    let pages =
        text.split_terminator('\u{c}').map(|page| page.lines().next().unwrap_or("").to_owned());
    Some(pages.collect())
}

#[tokio::test]
async fn pages_are_turned_by_and_to() {
    let bench = Bench::new();
    let turned = async |options: Value| {
        let path = file(&bench, "pdf/rotate-pages", "pages.pdf", options).await;
        let document = Document::load(path).unwrap();
        let pages = tree::pages(&document);
        pages.iter().map(|page| tree::rotation(&document, *page)).collect::<Vec<_>>()
    };
    assert_eq!(turned(json!({"rotation": "+90"})).await, [90, 90, 180, 90]);
    assert_eq!(turned(json!({"rotation": "-90", "pages": "3-4"})).await, [0, 0, 0, 270]);
    assert_eq!(turned(json!({"rotation": "180", "pages": "3"})).await, [0, 0, 180, 0]);
    let odd = json!({"rotation": "45"});
    let result = made(&bench, "pdf/rotate-pages", &[sample("pages.pdf")], odd).await;
    assert!(matches!(result, Err(ConversionError::InvalidOption { .. })));
}

#[tokio::test]
async fn a_protected_file_opens_by_its_password_alone() {
    let bench = Bench::new();
    let options = json!({"set_password": "kéy", "set_owner_password": "boss", "allow_print": "low",
        "allow_modify": "none", "allow_extract": "none"});
    let made = made(&bench, "pdf/encrypt", &[sample("pages.pdf")], options).await.unwrap();
    let path = made.files[0].path.clone();
    let name = path.to_str().unwrap();
    if let Some(words) = ask("qpdf", &["--show-encryption", "--password=kéy", name]) {
        assert!(words.contains("AESv3"), "{words}");
        for line in [
            "extract for any purpose: not allowed",
            "print low resolution: allowed",
            "print high resolution: not allowed",
            "modify anything: not allowed",
            "R = 6",
        ] {
            assert!(words.contains(line), "{line}: {words}");
        }
        ask("qpdf", &["--check", "--password=boss", name]);
        let text = ask("pdftotext", &["-upw", "kéy", name, "-"]).unwrap();
        assert!(text.contains("First page"));
    }
    let open = async |options| {
        super::tests::made(&bench, "pdf/decrypt", std::slice::from_ref(&path), options).await
    };
    assert!(matches!(open(json!({})).await, Err(ConversionError::PasswordRequired)));
    let error = open(json!({"password": "no"})).await.unwrap_err();
    assert_eq!(error.to_string(), "the password does not open the file");
    for password in ["kéy", "boss"] {
        let opened = open(json!({ "password": password })).await.unwrap().files[0].path.clone();
        check(&opened);
        assert!(!Document::load(&opened).unwrap().was_encrypted());
        assert!(texts(&opened).is_none_or(|texts| texts[0] == "First page"));
    }
    let error = super::tests::made(&bench, "pdf/encrypt", &[sample("pages.pdf")], json!({})).await;
    assert!(matches!(error, Err(ConversionError::InvalidOption { .. })));
}

#[tokio::test]
async fn old_protection_is_taken_off() {
    let bench = Bench::new();
    let path = file(&bench, "pdf/decrypt", "locked.pdf", json!({"password": "secret"})).await;
    assert!(texts(&path).is_none_or(|texts| texts[3] == "Fourth page"));
    let result = made(&bench, "pdf/decrypt", &[sample("locked.pdf")], json!({})).await;
    assert!(matches!(result, Err(ConversionError::PasswordRequired)), "{result:?}");
}

#[tokio::test]
async fn a_file_tells_what_it_is() {
    let bench = Bench::new();
    let made = made(&bench, "metadata", &[sample("pages.pdf")], json!({})).await.unwrap();
    assert!(made.files.is_empty());
    let metadata = &made.result["metadata"];
    let check = |name: &str, value: Value| assert_eq!(metadata[name], value, "{name}");
    check("Title", json!("Tea and coffee"));
    check("Author", json!("A. Baker"));
    check("Creator", json!("a text editor"));
    check("CreateDate", json!("2024-01-31T18:05:00+01:00"));
    check("PageCount", json!(4));
    check("PDFVersion", json!("1.5"));
    check("Encrypted", json!(false));
    assert!(
        metadata.as_object().unwrap().values().all(|value| !value.is_object() && !value.is_array())
    );
}

#[tokio::test]
async fn what_a_file_tells_is_changed() {
    let bench = Bench::new();
    let metadata = json!({"Title": "Tee & Kaffee", "author": "日本", "Keywords": ""});
    let path = file(&bench, "metadata/write", "pages.pdf", json!({"metadata": metadata})).await;
    if let Some(info) = ask("pdfinfo", &[path.to_str().unwrap()]) {
        assert!(info.contains("Tee & Kaffee") && info.contains("日本"), "{info}");
        assert!(info.contains("regenerate.py") && !info.contains("Keywords"), "{info}");
    }
    if let Some(xmp) =
        ask("exiftool", &["-XMP:Title", "-XMP:CreatorTool", "-s3", path.to_str().unwrap()])
    {
        assert_eq!(xmp, "Tee & Kaffee\na text editor\n");
    }
    let unknown = json!({"metadata": {"Colour": "red"}});
    let error = made(&bench, "metadata/write", &[sample("pages.pdf")], unknown).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a pdf's Colour cannot be written, only Title, Author, Subject, Keywords, Creator, Producer"
    );
}

#[tokio::test]
async fn a_picture_becomes_a_page() {
    let bench = Bench::new();
    for format in super::PICTURES {
        let options = json!({"quality": 95});
        let picture = bench.file(sample("photo.png"), (Format::PNG, *format), options).await;
        let pdf = bench.file(picture, (*format, Format::PDF), json!({})).await;
        check(&pdf);
        let drawn = bench.file(pdf, (Format::PDF, Format::PNG), json!({"density": 96})).await;
        assert_alike(&open(&drawn), &open(&sample("photo.png")));
    }
}

#[tokio::test]
async fn a_jpeg_stays_as_it_is_and_is_upright() {
    let bench = Bench::new();
    let pdf = bench.file(sample("photo.jpg"), (Format::JPG, Format::PDF), json!({})).await;
    check(&pdf);
    let document = Document::load(&pdf).unwrap();
    let jpeg = document.objects.values().find_map(|object| {
        object
            .as_stream()
            .ok()
            .filter(|stream| stream.filters().is_ok_and(|it| it == [b"DCTDecode"]))
    });
    assert_eq!(jpeg.unwrap().content, fs::read(sample("photo.jpg")).unwrap());
    let drawn = bench.file(pdf, (Format::PDF, Format::PNG), json!({"density": 96})).await;
    assert_alike(&open(&drawn), &open(&sample("photo.png")));
}

#[tokio::test]
async fn a_picture_is_as_transparent_as_it_was() {
    let bench = Bench::new();
    let image = image::RgbaImage::from_fn(64, 32, |x, _| {
        image::Rgba(if x < 32 { [220, 30, 40, 255] } else { [0; 4] })
    });
    let path = bench.directory.path().join("half.png");
    image.save(&path).unwrap();
    let pdf = bench.file(path, (Format::PNG, Format::PDF), json!({})).await;
    check(&pdf);
    let drawn = open(&bench.file(pdf, (Format::PDF, Format::PNG), json!({"density": 96})).await);
    assert_near(pixel(&drawn, 8, 16), [220, 30, 40, 255]);
    assert_near(pixel(&drawn, 56, 16), [255; 4]);
}

#[tokio::test]
async fn damaged_files_end_in_clear_errors() {
    let bench = Bench::new();
    let whole = fs::read(sample("pages.pdf")).unwrap();
    for length in [20, 200, whole.len() / 2, whole.len() - 40] {
        let stump = bench.write("stump.pdf", &whole[..length]);
        for operation in ["pdf/split-pages", "optimize", "metadata"] {
            // What can be repaired may be; what cannot is the file's fault.
            let result = made(&bench, operation, std::slice::from_ref(&stump), json!({})).await;
            assert!(
                matches!(result, Ok(_) | Err(ConversionError::InvalidFile(_))),
                "{operation} {length}: {result:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_tree_that_contains_itself_ends() {
    let bench = Bench::new();
    let mut document = Document::load(sample("pages.pdf")).unwrap();
    let root = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let kids = document.get_dictionary_mut(root).unwrap().get_mut(b"Kids").unwrap();
    kids.as_array_mut().unwrap().push(Object::Reference(root));
    let path = bench.directory.path().join("circle.pdf");
    document.save(&path).unwrap();
    let made =
        made(&bench, "pdf/split-pages", std::slice::from_ref(&path), json!({})).await.unwrap();
    assert_eq!(made.files.len(), 4);
    let pages = bench.convert(path, Format::PDF, Format::PNG, json!({"density": 20})).await;
    assert!(pages.is_ok_and(|output| output.made.files.len() == 4));
}
