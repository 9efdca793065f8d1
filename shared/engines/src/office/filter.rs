use serde_json::json;

use crate::Format;

/// Fields are separated by commas (44), quoted by double quotes (34), in UTF-8 (76), from the first line on. When
/// written, not every text is quoted (false).
const CSV: &str = "Text - txt - csv (StarCalc):44,34,76,1,,0,false";

/// The same for the kit, which knows the filter by the extension.
const KIT_CSV: &str = "44,34,76,1,,0,false";

/// Returns what `--convert-to` needs to make `output` of `input`: the extension, the filter and its options.
pub(super) fn output(input: Format, output: Format, pages: Option<&str>) -> String {
    let filter = match output {
        Format::PDF => return pdf(input, pages),
        Format::CSV => CSV,
        Format::DOC => "MS Word 97",
        Format::DOCX => "MS Word 2007 XML",
        // The pictures would be files beside it.
        Format::HTML => "HTML (StarWriter):EmbedImages",
        Format::ODT => "writer8",
        Format::RTF => "Rich Text Format",
        // Without the encoding, it would be that of the system's language.
        Format::TXT => "Text (encoded):UTF8",
        Format::ODS => "calc8",
        Format::XLS => "MS Excel 97",
        Format::XLSX => "Calc MS Excel 2007 XML",
        Format::ODP => "impress8",
        Format::PPT => "MS PowerPoint 97",
        Format::PPTX => "Impress MS PowerPoint 2007 XML",
        _ => return output.to_string(),
    };
    format!("{output}:{filter}")
}

/// Returns the options by which the kit writes a format; the filter it knows by the extension.
pub(super) fn kit_options(output: Format, pages: Option<&str>) -> Option<String> {
    match output {
        Format::PDF => {
            pages.map(|pages| json!({"PageRange": {"type": "string", "value": pages}}).to_string())
        }
        Format::CSV => Some(KIT_CSV.to_owned()),
        Format::HTML => Some("EmbedImages".to_owned()),
        Format::TXT => Some("UTF8".to_owned()),
        _ => None,
    }
}

/// Returns the filter that reads a format which LibreOffice would have to guess at.
pub(super) fn input(input: Format) -> Option<String> {
    (input == Format::CSV).then(|| format!("--infilter={CSV}"))
}

fn pdf(input: Format, pages: Option<&str>) -> String {
    let program = match input {
        Format::CSV | Format::ODS | Format::XLS | Format::XLSX => "calc",
        Format::ODP | Format::PPT | Format::PPTX => "impress",
        _ => "writer",
    };
    let filter = format!("pdf:{program}_pdf_Export");
    match pages {
        Some(pages) => {
            format!("{filter}:{}", json!({"PageRange": {"type": "string", "value": pages}}))
        }
        None => filter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_chosen_by_the_exporting_program() {
        assert_eq!(output(Format::DOCX, Format::PDF, None), "pdf:writer_pdf_Export");
        assert_eq!(
            output(Format::CSV, Format::PDF, Some("1-3,5")),
            r#"pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-3,5"}}"#
        );
        assert!(
            output(Format::ODP, Format::PDF, Some("1")).starts_with("pdf:impress_pdf_Export:{")
        );
    }
}
