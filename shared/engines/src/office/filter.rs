use serde_json::{Map, Value, json};

use super::options::{BOOKMARKS, INCLUDE_MARKUP, OPTIMIZE_PRINT, PDF_A};
use crate::Format;
use crate::pages::PAGES;

/// Fields are separated by commas (44), quoted by double quotes (34), in UTF-8 (76), from the first line on. When
/// written, not every text is quoted (false).
const CSV: &str = "44,34,76,1,,0,false";

/// How pictures are for a screen: dots an inch, and the quality of JPEG in percent.
const SCREEN: (u32, u32) = (150, 75);

/// Returns what `--convert-to` needs to make `output` of `input`: the extension, the filter and its options.
pub(super) fn output(input: Format, output: Format, chosen: &Map<String, Value>) -> String {
    let filter = match output {
        Format::PDF => exporter(input),
        Format::CSV => "Text - txt - csv (StarCalc)",
        Format::DOC => "MS Word 97",
        Format::DOCX => "MS Word 2007 XML",
        Format::HTML => "HTML (StarWriter)",
        Format::ODT => "writer8",
        Format::RTF => "Rich Text Format",
        Format::TXT => "Text (encoded)",
        Format::ODS => "calc8",
        Format::XLS => "MS Excel 97",
        Format::XLSX => "Calc MS Excel 2007 XML",
        Format::ODP => "impress8",
        Format::PPT => "MS PowerPoint 97",
        Format::PPTX => "Impress MS PowerPoint 2007 XML",
        _ => return output.to_string(),
    };
    let options = options(output, chosen).map(|options| format!(":{options}"));
    format!("{output}:{filter}{}", options.unwrap_or_default())
}

/// Returns the options of the filter that writes a format.
pub(super) fn options(output: Format, chosen: &Map<String, Value>) -> Option<String> {
    match output {
        Format::PDF => Some(pdf(chosen).to_string()),
        Format::CSV => Some(CSV.to_owned()),
        // The pictures would be files beside it.
        Format::HTML => Some("EmbedImages".to_owned()),
        // Without the encoding, it would be that of the system's language.
        Format::TXT => Some("UTF8".to_owned()),
        _ => None,
    }
}

/// Returns the argument that names the filter for a format which `soffice` would have to guess at, or would read for
/// another program.
pub(super) fn input(input: Format) -> Option<String> {
    match input {
        Format::CSV => Some(format!("--infilter=Text - txt - csv (StarCalc):{CSV}")),
        Format::HTML => Some("--infilter=HTML (StarWriter)".to_owned()),
        _ => None,
    }
}

fn exporter(input: Format) -> &'static str {
    match input {
        Format::CSV
        | Format::ODS
        | Format::OTS
        | Format::XLS
        | Format::XLSM
        | Format::XLSX
        | Format::XLTX => "calc_pdf_Export",
        Format::ODP
        | Format::OTP
        | Format::POTX
        | Format::PPS
        | Format::PPSX
        | Format::PPT
        | Format::PPTM
        | Format::PPTX => "impress_pdf_Export",
        Format::ODG => "draw_pdf_Export",
        _ => "writer_pdf_Export",
    }
}

/// Names and types: LibreOffice's `filter/source/pdf/pdfexport.cxx`.
fn pdf(chosen: &Map<String, Value>) -> Value {
    let mut options = Map::new();
    let mut set = |name: &str, kind: &str, value: Value| {
        options.insert(name.to_owned(), json!({"type": kind, "value": value}));
    };
    set("ExportNotes", "boolean", INCLUDE_MARKUP.flag(chosen).into());
    set("ExportBookmarks", "boolean", BOOKMARKS.flag(chosen).into());
    set("SelectPdfVersion", "long", u32::from(PDF_A.flag(chosen)).into());
    if let Some(pages) = PAGES.text(chosen) {
        set("PageRange", "string", pages.into());
    }
    if !OPTIMIZE_PRINT.flag(chosen) {
        set("ReduceImageResolution", "boolean", true.into());
        set("MaxImageResolution", "long", SCREEN.0.into());
        set("Quality", "long", SCREEN.1.into());
    }
    options.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_named_with_its_options() {
        let check = |pair: (Format, Format), expected: &str| {
            assert_eq!(output(pair.0, pair.1, &Map::new()), expected);
        };
        check((Format::XLSX, Format::CSV), "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false");
        check((Format::DOCX, Format::TXT), "txt:Text (encoded):UTF8");
        check((Format::DOC, Format::ODT), "odt:writer8");
        check((Format::ODG, Format::SVG), "svg");
    }

    #[test]
    fn a_pdf_is_made_by_the_program_of_the_document_as_it_is_wanted() {
        let chosen = json!({"pages": "1-3,5", "pdf_a": true, "bookmarks": false});
        let text = output(Format::POTX, Format::PDF, chosen.as_object().unwrap());
        let options: Value =
            serde_json::from_str(text.strip_prefix("pdf:impress_pdf_Export:").unwrap()).unwrap();
        assert_eq!(
            options,
            json!({
                "ExportBookmarks": {"type": "boolean", "value": false},
                "ExportNotes": {"type": "boolean", "value": false},
                "PageRange": {"type": "string", "value": "1-3,5"},
                "SelectPdfVersion": {"type": "long", "value": 1},
            })
        );
    }
}
