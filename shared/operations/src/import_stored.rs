use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use domain::{FileName, Work};
use engines::Format;

use crate::act::Act;
use crate::description::{Description, FILENAME, Parameter, ParameterKind, TIME};
use crate::fields::Fields;

/// Standard base64, padded or not: clients send both.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A file that came with the request: `import/base64`, or `import/raw` for text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The file's bytes; empty when they have been stored and taken out of the payload.
    pub bytes: Bytes,
    /// The file's name.
    pub filename: FileName,
}

const REQUIRED_FILENAME: Parameter = Parameter { required: true, ..FILENAME };

impl Stored {
    pub(crate) const BASE64: Description = Description {
        path: "import/base64",
        summary: "Takes in a file that comes with the request, in base64.",
        parameters: &[
            Parameter::required("file", ParameterKind::Base64, "The file's bytes, in base64."),
            REQUIRED_FILENAME,
            TIME,
        ],
        by_engines: false,
        parse: |fields, _| Some(Box::new(Self::parse_base64(fields)?)),
    };

    pub(crate) const RAW: Description = Description {
        path: "import/raw",
        summary: "Takes in a text that comes with the request.",
        parameters: &[
            Parameter::required("file", ParameterKind::String, "The text."),
            REQUIRED_FILENAME,
            TIME,
        ],
        by_engines: false,
        parse: |fields, _| Some(Box::new(Self::parse_raw(fields)?)),
    };

    fn parse_base64(fields: &mut Fields<'_>) -> Option<Self> {
        let bytes =
            fields.required_text("file").map(|text| LENIENT.decode(text.trim()).map(Bytes::from));
        if let Some(Err(_)) = bytes {
            fields.refuse("file", "The file must be base64.".to_owned());
        }
        let filename = Self::filename(fields);
        Some(Self { bytes: bytes?.ok()?, filename: filename? })
    }

    fn parse_raw(fields: &mut Fields<'_>) -> Option<Self> {
        let text = fields.required_text("file");
        let filename = Self::filename(fields);
        Some(Self { bytes: Bytes::copy_from_slice(text?.as_bytes()), filename: filename? })
    }

    fn filename(fields: &mut Fields<'_>) -> Option<FileName> {
        fields.required_text("filename")?;
        fields.file_name("filename")
    }
}

impl Act for Stored {
    fn work(&self) -> Work {
        Work::Stored
    }

    fn stored(&self) -> Option<&Stored> {
        Some(self)
    }

    fn produces(&self, _inputs: Option<Format>) -> Option<Format> {
        Format::from_file_name(self.filename.as_str())
    }
}
