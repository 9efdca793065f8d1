//! The engine that reads what files say of themselves, and writes it into pictures.
//!
//! Names are those that exiftool has. What is read is flat: texts, numbers and booleans by name. What is written goes
//! into the XMP of a picture, beside what is there already.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec};

#[cfg(feature = "run")]
mod document;
#[cfg(feature = "run")]
mod parts;
#[cfg(feature = "run")]
mod picture;
#[cfg(feature = "run")]
mod xmp;

const PICTURES: &[Format] = &[
    Format::BMP,
    Format::GIF,
    Format::ICO,
    Format::JPG,
    Format::PNG,
    Format::PNM,
    Format::QOI,
    Format::TGA,
    Format::TIFF,
    Format::WEBP,
];

const DOCUMENTS: &[Format] = &[
    Format::DOCX,
    Format::EPUB,
    Format::ODP,
    Format::ODS,
    Format::ODT,
    Format::PPTX,
    Format::SVG,
    Format::XLSX,
];

const WRITABLE: &[Format] = &[Format::JPG, Format::PNG, Format::WEBP];

/// What is written, by name.
const METADATA: OptionSpec = OptionSpec::required("metadata", Kind::Dictionary);

const READ: Route = Route { operation: "metadata", ..Route::CONVERT };

pub(crate) const ENGINE: Engine = Engine {
    name: "metadata",
    aliases: &[],
    program: None,
    routes: &[
        Route { inputs: PICTURES, ..READ },
        Route { inputs: DOCUMENTS, ..READ },
        Route {
            operation: "metadata/write",
            inputs: WRITABLE,
            options: &[METADATA],
            ..Route::CONVERT
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::work),
};

#[cfg(feature = "run")]
mod run {
    use std::fs;

    use serde_json::{Map, Value};

    use super::{DOCUMENTS, METADATA, document, parts, picture, xmp};
    use crate::conversion::Job;
    use crate::{ConversionError, Made};

    pub(super) fn work(job: &Job) -> Result<Made, ConversionError> {
        if job.conversion.operation == "metadata/write" { write(job) } else { read(job) }
    }

    fn read(job: &Job) -> Result<Made, ConversionError> {
        let source = job.source();
        let mut found = Map::new();
        found.insert("FileSize".into(), fs::metadata(&source.path)?.len().into());
        found.insert("FileType".into(), source.format.extension().to_uppercase().into());
        found.extend(if DOCUMENTS.contains(&source.format) {
            document::read(source)?
        } else {
            picture::read(source)?
        });
        let result = [("metadata".to_owned(), Value::Object(found))].into_iter().collect();
        Ok(Made { result, ..Made::default() })
    }

    fn write(job: &Job) -> Result<Made, ConversionError> {
        let source = job.source();
        let wanted = METADATA.members(&job.conversion.options);
        let mut picture = parts::Parts::open(&source.path, source.format)?;
        let packet = xmp::write(picture.packet().as_deref(), &wanted)?;
        picture.set_packet(packet);
        let path = job.output();
        fs::write(&path, picture.into_bytes())?;
        Ok(path.into())
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
