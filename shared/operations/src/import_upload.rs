use domain::Work;
use engines::Format;
use url::Url;

use crate::act::Act;
use crate::description::{Description, Parameter, ParameterKind, TIME};
use crate::fields::Fields;

/// Takes in a file that its client posts to a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportUpload {
    /// Where a browser is sent after the upload.
    pub redirect: Option<String>,
}

const REDIRECT: Parameter = Parameter::optional(
    "redirect",
    ParameterKind::Address,
    "The address to which a browser is sent after the upload.",
);

impl ImportUpload {
    pub(crate) const DESCRIPTION: Description = Description {
        path: "import/upload",
        summary: "Takes in a file that its client posts to a form.",
        parameters: &[REDIRECT, TIME],
        by_engines: false,
        parse: |fields, _| Some(Box::new(Self::parse(fields)?)),
    };

    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        let redirect = fields.text("redirect");
        let is_web =
            |text: &str| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if redirect.is_some_and(|text| !is_web(text)) {
            fields.refuse("redirect", "The redirect format is invalid.".to_owned());
        }
        Some(Self { redirect: redirect.map(ToOwned::to_owned) })
    }
}

impl Act for ImportUpload {
    fn work(&self) -> Work {
        Work::Upload
    }

    fn produces(&self, _inputs: Option<Format>) -> Option<Format> {
        None
    }
}
