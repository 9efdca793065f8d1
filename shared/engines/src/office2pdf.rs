//! The engine that prints DOCX, PPTX and XLSX without any program, for machines that have no LibreOffice: experimental,
//! because it leaves out what it does not know, and there only in builds with the feature `office2pdf`, because it
//! brings a typesetter and its fonts.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Program, Route};
#[cfg(feature = "run")]
use crate::{ConversionError, Made, conversion::Job};

pub(crate) const ENGINE: Engine = Engine {
    name: "office2pdf",
    aliases: &[],
    program: Some(Program {
        name: "office2pdf",
        install: "cargo build --features office2pdf",
        #[cfg(feature = "run")]
        version: &[],
        #[cfg(feature = "run")]
        others: &[],
        #[cfg(feature = "run")]
        after: "",
    }),
    routes: &[Route {
        inputs: &[Format::DOCX, Format::PPTX, Format::XLSX],
        outputs: &[Format::PDF],
        experimental: true,
        ..Route::CONVERT
    }],
    #[cfg(feature = "run")]
    run: Run::Embedded(convert),
};

/// Whether this build has it.
#[cfg(feature = "run")]
pub(crate) const IS_THERE: bool = cfg!(feature = "office2pdf");

#[cfg(all(feature = "run", not(feature = "office2pdf")))]
fn convert(_job: &Job) -> Result<Made, ConversionError> {
    Err(ConversionError::Failed("this build has no office2pdf".into()))
}

#[cfg(feature = "office2pdf")]
fn convert(job: &Job) -> Result<Made, ConversionError> {
    use office2pdf::config::{ConvertOptions, Format as Kind};
    use office2pdf::error::ConvertError;

    let source = job.source();
    let kind = Kind::from_extension(source.format.extension());
    let kind = kind.ok_or_else(|| ConversionError::Failed("no document that it knows".into()))?;
    let bytes = std::fs::read(&source.path)?;
    let made = office2pdf::convert_bytes(&bytes, kind, &ConvertOptions::default());
    let made = made.map_err(|error| match error {
        ConvertError::UnsupportedEncryption => ConversionError::PasswordRequired,
        ConvertError::Io(error) => error.into(),
        ConvertError::Parse(_) | ConvertError::UnsupportedFormat(_) => {
            ConversionError::invalid(format!("the {} cannot be read", source.format))
        }
        ConvertError::Render(_) => ConversionError::Failed("the document cannot be set".into()),
    })?;
    made.warnings.iter().for_each(|warning| job.progress.log(&warning.to_string()));
    let output = job.output();
    std::fs::write(&output, made.pdf)?;
    Ok(output.into())
}

#[cfg(all(test, feature = "office2pdf"))]
mod tests {
    use serde_json::json;

    use crate::Format;
    use crate::testing::{Bench, sample};

    #[tokio::test]
    async fn a_document_is_printed_with_its_text() {
        let bench = Bench::with(crate::Catalogue::embedded().probed("".as_ref()).await);
        let made = bench.convert(sample("report.docx"), Format::DOCX, Format::PDF, json!({})).await;
        let made = made.unwrap();
        assert_eq!(made.engine, "office2pdf");
        let pdf = lopdf::Document::load(&made.made.files[0].path).unwrap();
        assert!(pdf.extract_text(&[1]).unwrap().contains("Quarterly report"));
    }
}
