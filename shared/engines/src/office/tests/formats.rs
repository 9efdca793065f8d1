use super::*;
use crate::detect;
use crate::testing::ask;

const TEXT: &str = "The café in Zürich opened in May.";
const SHEET: &str = "Café crème";

/// Formats that differ from others only in what they say they are: the format, the one to make it of, and what stands
/// there for what. Of the old binary formats, the name alone differs.
const RELATIVES: &[(Format, Format, &str, &str)] = &[
    (Format::DOT, Format::DOC, "", ""),
    (Format::PPS, Format::PPT, "", ""),
    (
        Format::DOCM,
        Format::DOCX,
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        "vnd.ms-word.document.macroEnabled.main",
    ),
    (Format::DOTX, Format::DOCX, "ml.document.main", "ml.template.main"),
    (Format::OTT, Format::ODT, "opendocument.text", "opendocument.text-template"),
    (
        Format::XLSM,
        Format::XLSX,
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
        "vnd.ms-excel.sheet.macroEnabled.main",
    ),
    (Format::XLTX, Format::XLSX, "ml.sheet.main", "ml.template.main"),
    (Format::OTS, Format::ODS, "opendocument.spreadsheet", "opendocument.spreadsheet-template"),
    (
        Format::PPTM,
        Format::PPTX,
        "vnd.openxmlformats-officedocument.presentationml.presentation.main",
        "vnd.ms-powerpoint.presentation.macroEnabled.main",
    ),
    (Format::PPSX, Format::PPTX, "ml.presentation.main", "ml.slideshow.main"),
    (Format::POTX, Format::PPTX, "ml.presentation.main", "ml.template.main"),
    (Format::OTP, Format::ODP, "opendocument.presentation", "opendocument.presentation-template"),
];

/// Returns a file of the format whose document is the sample's, or slides.
async fn file(bench: &Bench, format: Format) -> PathBuf {
    if let Some((_, like, from, to)) = RELATIVES.iter().find(|(relative, ..)| *relative == format) {
        let original = Box::pin(file(bench, *like)).await;
        let name = format!("relative.{format}");
        return if from.is_empty() {
            bench.write(&name, fs::read(original).unwrap())
        } else {
            bench.write(&name, retyped(&original, from, to))
        };
    }
    let (original, own) = original(bench, format);
    if own == format { original } else { by_kit(bench, &original, (own, format), json!({})).await }
}

/// Returns a document that a format can hold, and its format.
fn original(bench: &Bench, format: Format) -> (PathBuf, Format) {
    if TEXTS.contains(&format) {
        (sample("report.docx"), Format::DOCX)
    } else if SHEETS.contains(&format) {
        (sample("table.xlsx"), Format::XLSX)
    } else {
        (slides(bench, &["one", "two", "three"]), Format::ODP)
    }
}

/// Returns a package whose lists of types have other words.
fn retyped(package: &Path, from: &str, to: &str) -> Vec<u8> {
    let mut package = zip::ZipArchive::new(fs::File::open(package).unwrap()).unwrap();
    let mut result = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..package.len() {
        let mut entry = package.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let lists = ["mimetype", "META-INF/manifest.xml", "[Content_Types].xml"];
        if !lists.contains(&name.as_str()) {
            result.raw_copy_file(entry).unwrap();
            continue;
        }
        let options = zip::write::SimpleFileOptions::default();
        result.start_file(&name, options.compression_method(entry.compression())).unwrap();
        let text = std::io::read_to_string(&mut entry).unwrap();
        assert!(text.contains(from) || name.starts_with("META"), "{text}");
        result.write_all(text.replace(from, to).as_bytes()).unwrap();
    }
    result.finish().unwrap().into_inner()
}

/// Has every format of one kind become PDF by each way, and the text of that looked at.
async fn check_pdf(inputs: &[Format], expected: (&str, usize)) {
    let Some(bench) = bench().await else { return };
    for &input in inputs.iter().filter(|input| **input != Format::CSV) {
        let path = file(&bench, input).await;
        assert_eq!(detect(&path, None, Some(input)).unwrap(), input);
        for pdf in by_both(&bench, &path, (input, Format::PDF), json!({})).await {
            let (text, pages) = read_pdf(&pdf);
            assert!(text.contains(expected.0), "{input}: {text}");
            assert_eq!(pages, expected.1, "{input}");
        }
    }
}

#[tokio::test]
async fn texts_become_pdf() {
    check_pdf(TEXTS, (TEXT, 1)).await;
}

#[tokio::test]
async fn sheets_become_pdf() {
    check_pdf(SHEETS, (SHEET, 2)).await;
}

#[tokio::test]
async fn slides_become_pdf() {
    check_pdf(SLIDES, ("two", 3)).await;
}

/// Has each format become one that the others become, too, and back to PDF.
async fn check_siblings(inputs: &[Format], outputs: &[Format], expected: &str) {
    let Some(bench) = bench().await else { return };
    let first = outputs[0];
    let from_all = inputs.iter().map(|&input| (input, first));
    let to_all = outputs.iter().map(|&output| (inputs[0], output));
    for (input, output) in from_all.chain(to_all).filter(|(input, output)| input != output) {
        let path = file(&bench, input).await;
        let made = by_kit(&bench, &path, (input, output), json!({})).await;
        assert_eq!(detect(&made, None, Some(output)).unwrap(), output);
        let (text, _) = read_pdf(&by_kit(&bench, &made, (output, Format::PDF), json!({})).await);
        assert!(text.contains(expected), "{input} to {output}: {text}");
    }
}

#[tokio::test]
async fn texts_become_their_siblings() {
    check_siblings(TEXTS, &[Format::DOCX, Format::DOC, Format::ODT, Format::RTF], TEXT).await;
}

#[tokio::test]
async fn sheets_become_their_siblings() {
    let inputs: Vec<_> = SHEETS.iter().copied().filter(|it| *it != Format::CSV).collect();
    check_siblings(&inputs, &[Format::XLSX, Format::ODS, Format::XLS], SHEET).await;
}

#[tokio::test]
async fn slides_become_their_siblings() {
    check_siblings(SLIDES, &[Format::PPTX, Format::ODP, Format::PPT], "two").await;
}

#[tokio::test]
async fn texts_become_plain_and_hypertext() {
    let Some(bench) = bench().await else { return };
    for output in [Format::HTML, Format::TXT] {
        for made in by_both(&bench, &sample("report.docx"), (Format::DOCX, output), json!({})).await
        {
            // HTML is wrapped.
            let text = fs::read_to_string(made).unwrap();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(TEXT), "{output}: {text}");
        }
    }
}

#[tokio::test]
async fn hypertext_becomes_texts() {
    let Some(bench) = bench().await else { return };
    let page = format!("<!doctype html><meta charset=utf-8><h1>Tea</h1><p>{TEXT}</p>");
    let page = bench.write("page.html", page);
    for output in [Format::DOC, Format::DOCX] {
        for made in by_both(&bench, &page, (Format::HTML, output), json!({})).await {
            let pdf = by_kit(&bench, &made, (output, Format::PDF), json!({})).await;
            assert!(read_pdf(&pdf).0.contains(TEXT), "{output}");
        }
    }
}

#[tokio::test]
async fn texts_that_only_libreoffice_reads_become_books() {
    let Some(bench) = bench().await else { return };
    let [doc, ott] = [file(&bench, Format::DOC).await, file(&bench, Format::OTT).await];
    for (path, input) in [(doc, Format::DOC), (ott, Format::OTT)] {
        for book in by_both(&bench, &path, (input, Format::EPUB), json!({})).await {
            let options = ["--from=epub", "--to=plain", "--wrap=none", book.to_str().unwrap()];
            let Some(text) = ask("pandoc", &options) else { return };
            assert!(text.contains(TEXT), "{input}: {text}");
        }
    }
}

#[tokio::test]
async fn drawings_become_pdf_svg_and_pictures() {
    let Some(bench) = bench().await else { return };
    let drawing = bench.write(
        "drawing.odg",
        retyped(&slides(&bench, &["one"]), "opendocument.presentation", "opendocument.graphics"),
    );
    for pdf in by_both(&bench, &drawing, (Format::ODG, Format::PDF), json!({})).await {
        assert!(read_pdf(&pdf).0.contains("one"));
    }
    for svg in by_both(&bench, &drawing, (Format::ODG, Format::SVG), json!({})).await {
        assert!(fs::read_to_string(svg).unwrap().contains(">one</tspan>"));
    }
    let picture = bench.file(drawing, (Format::ODG, Format::PNG), json!({})).await;
    let picture = image::open(picture).unwrap().into_luma8();
    assert!(picture.pixels().any(|pixel| pixel.0[0] < 100), "nothing is drawn");
}

#[tokio::test]
async fn csv_goes_by_a_program_of_its_own() {
    let Some(bench) = bench().await else { return };
    let csv = sample("table.csv");
    let pdf = bench.file(csv.clone(), (Format::CSV, Format::PDF), json!({})).await;
    let (text, _) = read_pdf(&pdf);
    assert!(text.contains("Café crème") && text.contains("Tea, green"), "{text}");
    assert_eq!(warm(&bench).converted(), 0);
    let ods = bench.file(csv, (Format::CSV, Format::ODS), office(json!({}))).await;
    for csv in by_both(&bench, &ods, (Format::ODS, Format::CSV), json!({})).await {
        let csv = fs::read_to_string(csv).unwrap();
        assert!(csv.contains("茶,-0.99,100,"), "{csv}");
    }
}
