//! `export/upload`.

use engines::Format;
use http::{HeaderMap, Method};
use url::Url;

use crate::act::Act;
#[cfg(feature = "run")]
use crate::act::Doing;
use crate::description::{Description, INPUT, Parameter, ParameterKind, TIME};
#[cfg(feature = "run")]
use crate::run::{Bench, Given};

/// Sends a file to an address.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who sends asks"))]
pub(super) struct Upload {
    pub(super) url: Url,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
}

pub(crate) const EXPORT: Description = Description {
    path: "export/upload",
    summary: "Sends a file to an address, such as a presigned one.",
    parameters: &[INPUT, URL, METHOD, HEADERS, TIME],
    by_engines: false,
    parse: |fields, rules| {
        fields.required_text("url");
        let url = fields.address("url", &rules.hosts);
        let method = match fields.choice("method", METHODS) {
            Some("POST") => Method::POST,
            Some(_) | None => Method::PUT,
        };
        let headers = fields.headers("headers");
        Some(Box::new(Upload { url: url?, method, headers: headers? }))
    },
};

const URL: Parameter =
    Parameter::required("url", ParameterKind::Address, "The address, which must be public.");

const METHODS: &[&str] = &["PUT", "POST"];

const METHOD: Parameter = Parameter::optional(
    "method",
    ParameterKind::Choice { words: METHODS, default: Some("PUT") },
    "How it is sent.",
);

const HEADERS: Parameter = Parameter {
    secret: true,
    ..Parameter::optional(
        "headers",
        ParameterKind::Dictionary,
        "Headers to send with the file, by their names.",
    )
};

impl Act for Upload {
    fn produces(&self, inputs: Option<Format>) -> Option<Format> {
        inputs
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(self.send(bench, inputs))
    }
}
