use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::*;
use crate::testing::ask;

#[tokio::test]
async fn pages_are_chosen() {
    let Some(bench) = bench().await else { return };
    let odp = slides(&bench, &["one", "two", "three", "four"]);
    for pdf in by_both(&bench, &odp, (Format::ODP, Format::PDF), json!({"pages": "1-2,4"})).await {
        let (text, pages) = read_pdf(&pdf);
        assert_eq!(pages, 3);
        assert!(text.contains("two") && text.contains("four") && !text.contains("three"), "{text}");
    }
}

/// Converts a document by both ways with an option or without, and returns whether all its results have this.
async fn has(
    (input, format): (&Path, Format),
    options: Value,
    look: impl Fn(&Path) -> bool,
) -> Option<bool> {
    let bench = bench().await?;
    let files = by_both(&bench, input, (format, Format::PDF), options).await;
    let [first, second] = files.map(|file| look(&file));
    assert_eq!(first, second, "the two ways differ");
    Some(first)
}

/// Returns whether qpdf's view of a file has this.
fn says(path: &Path, part: &str) -> bool {
    let json = ask("qpdf", &["--json", path.to_str().unwrap()]);
    json.is_none_or(|json| json.contains(part))
}

#[tokio::test]
async fn a_pdf_may_be_one_for_the_archive() {
    let report = sample("report.docx");
    let archived = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        let part = b"<pdfaid:part>1</pdfaid:part>";
        bytes.windows(part.len()).any(|window| window == part)
    };
    for pdf_a in [true, false] {
        let options = json!({ "pdf_a": pdf_a });
        let Some(is) = has((&report, Format::DOCX), options, archived).await else { return };
        assert_eq!(is, pdf_a);
    }
}

#[tokio::test]
async fn headings_become_bookmarks_unless_it_is_not_wanted() {
    let report = sample("report.docx");
    for bookmarks in [true, false] {
        let options = json!({ "bookmarks": bookmarks });
        let outlined = |path: &Path| says(path, "\"title\": \"Quarterly report\"");
        let Some(is) = has((&report, Format::DOCX), options, outlined).await else { return };
        assert_eq!(is, bookmarks);
    }
}

/// A text with a comment.
fn commented(bench: &Bench) -> PathBuf {
    let content = "<office:document-content office:version='1.2' xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>\
         <office:body><office:text><text:p>Tea<office:annotation><dc:creator>Ann</dc:creator>\
         <text:p>Which?</text:p></office:annotation> is good.</text:p></office:text></office:body></office:document-content>";
    open_document(bench, "commented.odt", "text", content)
}

#[tokio::test]
async fn comments_are_shown_if_it_is_wanted() {
    let Some(bench) = bench().await else { return };
    let document = commented(&bench);
    for include_markup in [true, false] {
        let options = json!({ "include_markup": include_markup });
        let noted = |path: &Path| says(path, "Which?");
        let Some(is) = has((&document, Format::ODT), options, noted).await else { return };
        assert_eq!(is, include_markup);
    }
}

/// A text with a large picture that is shown small.
fn pictured(bench: &Bench) -> PathBuf {
    let noise =
        |x: u32, y: u32| image::Rgb([((x * 7) ^ (y * 13)) as u8, (x * y) as u8, (x + y) as u8]);
    let picture = image::RgbImage::from_fn(1200, 1200, noise);
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let data = BASE64_STANDARD.encode(bytes.into_inner());
    let page =
        format!("<!doctype html><img width=288 height=288 src=\"data:image/jpeg;base64,{data}\">");
    bench.write("pictured.html", page)
}

#[tokio::test]
async fn pictures_are_made_smaller_for_screens() {
    let Some(bench) = bench().await else { return };
    let document = by_kit(&bench, &pictured(&bench), (Format::HTML, Format::DOCX), json!({})).await;
    // Three inches at 150 dots.
    let small =
        |path: &Path| ["450", "451"].iter().any(|it| says(path, &format!("\"/Width\": {it}")));
    for optimize_print in [true, false] {
        let options = json!({ "optimize_print": optimize_print });
        let Some(is) = has((&document, Format::DOCX), options, small).await else { return };
        assert_eq!(is, !optimize_print);
    }
}
