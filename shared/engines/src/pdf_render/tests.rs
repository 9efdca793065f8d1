use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::raster::testing::{assert_alike, assert_near, open, pixel};
use crate::testing::{Bench, ask, sample};
use crate::{ConversionError, Format, Output};

const RED: [u8; 4] = [255, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];

fn paths(output: Output) -> Vec<PathBuf> {
    output.made.files.into_iter().map(|product| product.path).collect()
}

async fn pictures(bench: &Bench, file: &str, output: Format, options: Value) -> Vec<PathBuf> {
    paths(bench.convert(sample(file), Format::PDF, output, options).await.unwrap())
}

async fn fails(bench: &Bench, file: PathBuf, output: Format, options: Value) -> ConversionError {
    bench.convert(file, Format::PDF, output, options).await.unwrap_err()
}

#[tokio::test]
async fn each_page_becomes_a_picture() {
    let bench = Bench::new();
    for output in [Format::PNG, Format::JPG, Format::WEBP] {
        let pages = pictures(&bench, "pages.pdf", output, json!({"density": 72})).await;
        let sizes: Vec<_> = pages.iter().map(|it| (open(it).width(), open(it).height())).collect();
        assert_eq!(sizes, [(612, 792), (612, 792), (792, 612), (612, 792)]);
        assert_near(pixel(&open(&pages[0]), 36, 36), RED);
        assert_near(pixel(&open(&pages[0]), 300, 500), WHITE);
        // The third page lies on its side: its upper left corner is on the right.
        assert_near(pixel(&open(&pages[2]), 792 - 36, 36), RED);
    }
    assert_eq!(bench.progress.words().as_deref(), Some("page 4 of 4"));
}

#[tokio::test]
async fn pages_look_as_poppler_draws_them() {
    let bench = Bench::new();
    for file in ["pages.pdf", "form.pdf", "scan.pdf"] {
        let ours = pictures(&bench, file, Format::PNG, json!({"density": 100, "pages": "1"})).await;
        let theirs = bench.directory.path().join("theirs");
        let arguments = ["-r", "100", "-png", "-singlefile", "-f", "1"];
        let (input, output) = (sample(file), theirs.to_str().unwrap());
        let arguments = [&arguments[..], &[input.to_str().unwrap(), output]].concat();
        if ask("pdftoppm", &arguments).is_some() {
            assert_alike(&open(&ours[0]), &open(&theirs.with_extension("png")));
        }
    }
}

#[tokio::test]
async fn pages_size_and_shape_are_chosen() {
    let bench = Bench::new();
    let check = async |options: Value, expected: &[(u32, u32)]| {
        let pages = pictures(&bench, "pages.pdf", Format::PNG, options).await;
        let sizes: Vec<_> = pages.iter().map(|it| (open(it).width(), open(it).height())).collect();
        assert_eq!(sizes, expected);
    };
    check(json!({"pages": "1"}), &[(1275, 1650)]).await;
    check(json!({"pages": "3,1", "width": 100}), &[(100, 77), (100, 129)]).await;
    check(json!({"pages": "1", "width": 90, "height": 90, "fit": "crop"}), &[(90, 90)]).await;
    check(json!({"pages": "2", "width": 90, "height": 90}), &[(70, 90)]).await;
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused() {
    let bench = Bench::new();
    let error = fails(&bench, sample("pages.pdf"), Format::PNG, json!({"pages": "5"})).await;
    assert_eq!(error.to_string(), "there is no page 5: the file has only 4 pages");
    let wide = json!({"width": 30_000, "pages": "1"});
    let error = fails(&bench, sample("pages.pdf"), Format::PNG, wide).await;
    assert!(matches!(error, ConversionError::TooLarge(_)), "{error:?}");
    let error = fails(&bench, sample("locked.pdf"), Format::PNG, json!({})).await;
    assert!(matches!(error, ConversionError::PasswordRequired), "{error:?}");
    let wrong = json!({"password": "guess"});
    let error = fails(&bench, sample("locked.pdf"), Format::PNG, wrong).await;
    assert_eq!(error.to_string(), "the password does not open the file");
    let whole = fs::read(sample("pages.pdf")).unwrap();
    let stump = bench.write("stump.pdf", &whole[..60]);
    let error = fails(&bench, stump, Format::PNG, json!({})).await;
    assert!(matches!(error, ConversionError::InvalidFile(_)), "{error:?}");
}

#[tokio::test]
async fn a_password_opens_a_file() {
    let bench = Bench::new();
    let options = json!({"password": "secret", "density": 72, "pages": "1"});
    let pages = pictures(&bench, "locked.pdf", Format::PNG, options).await;
    assert_near(pixel(&open(&pages[0]), 36, 36), RED);
}

#[tokio::test]
async fn a_thumbnail_is_the_first_page_in_small() {
    let bench = Bench::new();
    let make = async |options: Value| {
        let files = [sample("pages.pdf")];
        let output =
            bench.operate("thumbnail", &files, (Format::PDF, Format::PNG), options).await.unwrap();
        let sizes = paths(output).iter().map(|it| (open(it).width(), open(it).height())).collect();
        <Vec<(u32, u32)>>::clone(&sizes)
    };
    assert_eq!(make(json!({})).await, [(247, 320)]);
    assert_eq!(make(json!({"width": 100, "count": 2})).await, [(100, 129), (100, 129)]);
    assert_eq!(make(json!({"width": 50, "height": 50, "fit": "crop"})).await, [(50, 50)]);
    assert_eq!(make(json!({"width": 50, "count": 9})).await.len(), 4);
}

async fn text(bench: &Bench, file: &Path, options: Value) -> String {
    let path = bench.file(file.to_owned(), (Format::PDF, Format::TXT), options).await;
    fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn text_is_read_as_it_stands() {
    let bench = Bench::new();
    let pages = text(&bench, &sample("pages.pdf"), json!({})).await;
    assert_eq!(
        pages,
        "First page\nSales of tea rose by a tenth,\nand those of coffee by a fifth.\n\u{c}\
         Second page\nThe café in Zürich opened in May.\n\u{c}Third page\n\u{c}Fourth page\n日本語\n\u{c}"
    );
    let second = text(&bench, &sample("pages.pdf"), json!({"pages": "2"})).await;
    assert!(second.starts_with("Second page\n"));
    let locked = text(&bench, &sample("locked.pdf"), json!({"password": "secret"})).await;
    assert_eq!(locked, pages);
}

#[tokio::test]
async fn words_are_those_that_poppler_finds() {
    let bench = Bench::new();
    for file in ["pages.pdf", "form.pdf"] {
        let Some(theirs) = ask("pdftotext", &[sample(file).to_str().unwrap(), "-"]) else { return };
        let ours = text(&bench, &sample(file), json!({})).await;
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&ours), words(&theirs), "{file}");
    }
}
