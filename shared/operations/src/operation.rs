use std::time::Duration;

use domain::Work;
use egress::AllowedHosts;
use engines::Catalogue;
use serde_json::{Map, Value};

use crate::fields::{Fields, Invalid};
use crate::{Convert, Description, ExportUrl, ImportUpload, ImportUrl, Stored, describe, masked};

/// How long a task may take unless it says so: five hours, as the API has it. What it runs on may
/// have less.
pub(crate) const TIMEOUT: u64 = 5 * 3600;

/// What a task is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// `import/url`
    ImportUrl(ImportUrl),
    /// `import/upload`
    ImportUpload(ImportUpload),
    /// `import/base64` and `import/raw`
    Stored(Stored),
    /// `convert`
    Convert(Convert),
    /// `export/url`
    ExportUrl(ExportUrl),
}

/// What requests are checked against.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What can be converted here.
    pub catalogue: Catalogue,
    /// Addresses that may be named although they are not public.
    pub hosts: AllowedHosts,
}

impl Operation {
    /// Reads what a task is asked to do: the path of an operation and its payload.
    ///
    /// Members that an operation does not know are none of its business, as in the API.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, by field.
    pub fn parse(
        path: &str,
        payload: &Map<String, Value>,
        rules: &Rules,
    ) -> Result<Self, Vec<Invalid>> {
        let mut fields = Fields::new(payload);
        let operation = match path {
            "import/url" => ImportUrl::parse(&mut fields, &rules.hosts).map(Self::ImportUrl),
            "import/upload" => ImportUpload::parse(&mut fields).map(Self::ImportUpload),
            "import/base64" => Stored::parse_base64(&mut fields).map(Self::Stored),
            "import/raw" => Stored::parse_raw(&mut fields).map(Self::Stored),
            "convert" => Convert::parse(&mut fields, &rules.catalogue).map(Self::Convert),
            "export/url" => Some(Self::ExportUrl(ExportUrl::parse(&mut fields))),
            unknown => {
                fields.refuse("operation", format!("The operation {unknown} is not supported."));
                None
            }
        };
        fields.integer("timeout", 1..=TIMEOUT);
        fields.finish(operation)
    }

    /// Returns what brings the task to its end.
    #[must_use]
    pub fn work(&self) -> Work {
        match self {
            Self::Stored(_) => Work::Stored,
            Self::ImportUpload(_) => Work::Upload,
            Self::ExportUrl(export) if !export.archive => Work::Listing,
            Self::ImportUrl(_) | Self::Convert(_) | Self::ExportUrl(_) => Work::Execution,
        }
    }

    /// Returns whether the operation of that path takes the files of other tasks.
    #[must_use]
    pub fn takes_input(path: &str) -> bool {
        describe(path).is_some_and(Description::takes_input)
    }

    /// Returns whether the payload holds something that must not lie in a row: what is masked when it
    /// is shown.
    #[must_use]
    pub fn has_secrets(path: &str, payload: &Map<String, Value>) -> bool {
        masked(path, payload) != *payload
    }

    /// Returns how long a task with this payload may take.
    #[must_use]
    pub fn timeout(payload: &Map<String, Value>) -> Duration {
        Duration::from_secs(
            payload.get("timeout").and_then(engines::whole).unwrap_or(TIMEOUT).min(TIMEOUT),
        )
    }
}
