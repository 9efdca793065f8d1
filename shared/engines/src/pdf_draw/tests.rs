use serde_json::json;

use crate::raster::testing::assert_alike;
use crate::testing::{Bench, sample};
use crate::{ConversionError, Format};

#[tokio::test]
async fn a_drawing_stays_one() {
    let bench = Bench::new();
    let pdf = bench.file(sample("drawing.svg"), (Format::SVG, Format::PDF), json!({})).await;
    let text = bench.file(pdf.clone(), (Format::PDF, Format::TXT), json!({})).await;
    assert!(!std::fs::read_to_string(text).unwrap().trim().is_empty());
    // 96 pixels are an inch; what is clear is on white.
    let drawn = bench.file(pdf, (Format::PDF, Format::PNG), json!({"density": 96})).await;
    let direct = bench
        .file(sample("drawing.svg"), (Format::SVG, Format::JPG), json!({"quality": 100}))
        .await;
    let open = crate::raster::testing::open;
    assert_alike(&open(&drawn), &open(&direct));
}

#[tokio::test]
async fn a_drawing_reads_no_other_file() {
    let bench = Bench::new();
    let secret = sample("photo.png");
    let link = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='50' height='50'>\
         <image href='{0}' width='50' height='50'/><image href='file://{0}' width='50' height='50'/></svg>",
        secret.display()
    );
    let drawing = bench.write("link.svg", link);
    let pdf = bench.file(drawing, (Format::SVG, Format::PDF), json!({})).await;
    let document = lopdf::Document::load(pdf).unwrap();
    let is_picture = |object: &lopdf::Object| {
        object.as_stream().is_ok_and(|it| {
            it.dict
                .get(b"Subtype")
                .is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Image"))
        })
    };
    assert!(!document.objects.values().any(is_picture));
}

#[tokio::test]
async fn a_drawing_without_end_is_refused() {
    let bench = Bench::new();
    let circle = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\
        <g id='a'><use href='#a'/></g></svg>";
    let drawing = bench.write("circle.svg", circle);
    let result = bench.convert(drawing, Format::SVG, Format::PDF, json!({})).await;
    assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{result:?}");
}
