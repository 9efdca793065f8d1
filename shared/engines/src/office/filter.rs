use serde_json::json;

use crate::Format;

/// Fields are separated by commas (44), quoted by double quotes (34), in UTF-8 (76), from the first line on. When
/// written, not every text is quoted (false).
const CSV: &str = "Text - txt - csv (StarCalc):44,34,76,1,,0,false";

/// Returns what `--convert-to` needs to make `output` of `input`: the extension, the filter and its options.
pub(super) fn output(input: Format, output: Format, pages: Option<&str>) -> String {
    let filter = match output {
        Format::Pdf => return pdf(input, pages),
        Format::Csv => CSV,
        Format::Doc => "MS Word 97",
        Format::Docx => "MS Word 2007 XML",
        // The pictures would be files beside it.
        Format::Html => "HTML (StarWriter):EmbedImages",
        Format::Odt => "writer8",
        Format::Rtf => "Rich Text Format",
        // Without the encoding, it would be that of the system's language.
        Format::Txt => "Text (encoded):UTF8",
        Format::Ods => "calc8",
        Format::Xls => "MS Excel 97",
        Format::Xlsx => "Calc MS Excel 2007 XML",
        Format::Odp => "impress8",
        Format::Ppt => "MS PowerPoint 97",
        Format::Pptx => "Impress MS PowerPoint 2007 XML",
        Format::Bmp
        | Format::Gif
        | Format::Jpg
        | Format::Md
        | Format::Png
        | Format::Svg
        | Format::Tiff
        | Format::Webp => return output.to_string(),
    };
    format!("{output}:{filter}")
}

/// Returns the filter that reads a format which LibreOffice would have to guess at.
pub(super) fn input(input: Format) -> Option<String> {
    (input == Format::Csv).then(|| format!("--infilter={CSV}"))
}

fn pdf(input: Format, pages: Option<&str>) -> String {
    let program = match input {
        Format::Csv | Format::Ods | Format::Xls | Format::Xlsx => "calc",
        Format::Odp | Format::Ppt | Format::Pptx => "impress",
        Format::Doc
        | Format::Docx
        | Format::Odt
        | Format::Rtf
        | Format::Html
        | Format::Txt
        | Format::Md
        | Format::Pdf
        | Format::Bmp
        | Format::Gif
        | Format::Jpg
        | Format::Png
        | Format::Svg
        | Format::Tiff
        | Format::Webp => "writer",
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
        assert_eq!(output(Format::Docx, Format::Pdf, None), "pdf:writer_pdf_Export");
        assert_eq!(
            output(Format::Csv, Format::Pdf, Some("1-3,5")),
            r#"pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-3,5"}}"#
        );
        assert!(
            output(Format::Odp, Format::Pdf, Some("1")).starts_with("pdf:impress_pdf_Export:{")
        );
    }
}
