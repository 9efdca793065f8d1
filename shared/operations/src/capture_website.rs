//! Makes a file of a page of the web: what the page asks for goes through [`egress`], each request by itself.
//!
//! Two functions do it: that with the task asks that which opens the page.

use domain::FileName;
use engines::{CAPTURE, Catalogue, Format, Pair, Unsupported, Wanted};
use http::HeaderMap;
use serde_json::{Map, Value};
use url::Url;

use crate::act::Act;
#[cfg(feature = "run")]
use crate::act::Doing;
use crate::description::{Description, FILENAME, Parameter, ParameterKind, TIME};
use crate::fields::Fields;
use crate::import_url::URL;
use crate::plan::foreseen;
use crate::process::{ENGINE, ENGINE_VERSION};
#[cfg(feature = "run")]
use crate::run::{Bench, Given};
use crate::{Forecast, Rules};

#[cfg(feature = "run")]
mod fetch;
#[cfg(feature = "run")]
mod open;
#[cfg(feature = "run")]
mod run;

#[cfg(feature = "run")]
pub use open::{Opened, Visit, open};

/// A page, and what shall become of it.
#[derive(Clone, Debug)]
struct CaptureWebsite {
    url: Url,
    /// Headers to send to where the page is from.
    headers: HeaderMap,
    output_format: Format,
    filename: Option<FileName>,
    engine: Option<String>,
    engine_version: Option<String>,
    /// All of what was asked for, the engine's options among it.
    payload: Map<String, Value>,
}

pub(crate) const DESCRIPTION: Description = Description {
    path: CAPTURE,
    summary: "Makes a file of a page of the web.",
    parameters: &[URL, OUTPUT_FORMAT, FILENAME, HEADERS, ENGINE, ENGINE_VERSION, TIME],
    by_engines: true,
    parse: |fields, rules| Some(Box::new(CaptureWebsite::parse(fields, rules)?)),
};

const OUTPUT_FORMAT: Parameter = Parameter::required(
    "output_format",
    ParameterKind::Choice { words: &WORDS, default: None },
    "What the page becomes.",
);

const WORDS: [&str; 3] = ["pdf", "png", "jpg"];

const HEADERS: Parameter = Parameter {
    name: "headers",
    kind: ParameterKind::Dictionary,
    required: false,
    secret: true,
    description: "Headers to send with requests to where the page is from, by their names.",
};

impl CaptureWebsite {
    fn parse(fields: &mut Fields<'_>, rules: &Rules) -> Option<Self> {
        let url = fields.required_text("url").map(|url| egress::check(url, &rules.hosts));
        if let Some(Err(reason)) = &url {
            fields.refuse("url", reason.to_string());
        }
        let output_format = output_format(fields);
        let headers = fields.headers("headers");
        let filename = fields.file_name("filename");
        let capture = Self {
            url: url?.ok()?,
            headers: headers?,
            output_format: output_format?,
            filename,
            engine: fields.filled("engine").map(str::to_owned),
            engine_version: fields.filled("engine_version").map(str::to_owned),
            payload: fields.payload().clone(),
        };
        capture.check(fields, &rules.catalogue);
        Some(capture)
    }

    /// Refuses what no engine here would do.
    fn check(&self, fields: &mut Fields<'_>, catalogue: &Catalogue) {
        let wrong = match self.choose(catalogue) {
            Ok(pair) => pair.check_options(fields.payload()),
            Err(unsupported) => vec![(blamed(&unsupported).to_owned(), format!("{unsupported}."))],
        };
        wrong.into_iter().for_each(|(field, message)| fields.refuse(&field, message));
    }

    /// Returns what of the catalogue would do it.
    fn choose<'a>(&self, catalogue: &'a Catalogue) -> Result<Pair<'a>, Unsupported> {
        let output = self.output_format;
        catalogue.check_operation(CAPTURE, Some(output))?;
        let wanted = Wanted { operation: CAPTURE, input: Format::BIN, output };
        catalogue.choose(wanted, (self.engine.as_deref(), self.engine_version.as_deref()))
    }
}

fn output_format(fields: &mut Fields<'_>) -> Option<Format> {
    fields.required_text("output_format")?;
    Format::parse(fields.choice("output_format", &WORDS)?)
}

/// Returns the field that asks for what there is not.
fn blamed(unsupported: &Unsupported) -> &'static str {
    match unsupported {
        Unsupported::Engine { .. } => "engine",
        Unsupported::Version { .. } => "engine_version",
        Unsupported::Missing { .. } | Unsupported::Program { .. } | Unsupported::Closed { .. } => {
            "operation"
        }
        Unsupported::Input { .. }
        | Unsupported::Output { .. }
        | Unsupported::Operation { .. }
        | Unsupported::Made { .. } => "output_format",
    }
}

impl Act for CaptureWebsite {
    fn produces(&self, _inputs: Option<Format>) -> Option<Format> {
        Some(self.output_format)
    }

    fn forecast(&self, _inputs: Option<Format>, catalogue: &Catalogue) -> Option<Forecast> {
        let (engine, output_format) = (foreseen(self.choose(catalogue)), Some(self.output_format));
        Some(Forecast { input_format: None, output_format, engine: Some(engine) })
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, _inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(Self::run(self, bench))
    }

    #[cfg(feature = "run")]
    fn lingers(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
