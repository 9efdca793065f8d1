//! What engines do: the payload that all such operations share, and doing it file by file or all at once.

use domain::FileName;
use engines::{Catalogue, Format, Pair, Unsupported, Wanted};
use serde_json::{Map, Value};

use crate::act::Act;
#[cfg(feature = "run")]
use crate::act::Doing;
use crate::description::{FILENAME, Parameter, ParameterKind};
use crate::fields::Fields;
use crate::plan::foreseen;
#[cfg(feature = "run")]
use crate::run::{Bench, Given};
use crate::{Forecast, Rules};

#[cfg(feature = "run")]
pub(crate) mod name;
#[cfg(feature = "run")]
mod run;

#[cfg(feature = "run")]
pub(crate) use run::failed;

/// What distinguishes one such operation from another.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The operation's path.
    pub(crate) path: &'static str,
    /// Whether `output_format` says what the files become; else it is what they are.
    pub(crate) asks_output: bool,
    /// Whether all files become one; else one comes of each.
    pub(crate) joins: bool,
    /// Whether it matters to the engine what the files are.
    pub(crate) minds_formats: bool,
    /// The parameter that names a task whose file is used with each.
    pub(crate) tool: Option<&'static str>,
}

/// Files, and what an engine shall do with them.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    rule: &'static Rule,
    /// What the files are said to be; else their names say it, and their content decides.
    input_format: Option<Format>,
    /// What they become, if that is asked for.
    output_format: Option<Format>,
    /// The engine that must do it, or the best one.
    engine: Option<String>,
    /// The version that the engine must have, or its first parts.
    engine_version: Option<String>,
    /// What the result is called; a `%d` in it is its number when there are several.
    filename: Option<FileName>,
    /// The engine's options, among other members of the payload.
    options: Map<String, Value>,
}

pub(crate) const INPUT_FORMAT: Parameter = Parameter::optional(
    "input_format",
    ParameterKind::Format,
    "What the files are; else their names and content say it.",
);

pub(crate) const OUTPUT_FORMAT: Parameter =
    Parameter::required("output_format", ParameterKind::Format, "What the files become.");

pub(crate) const ENGINE: Parameter = Parameter::optional(
    "engine",
    ParameterKind::String,
    "The engine that must do it; else the best one does.",
);

pub(crate) const ENGINE_VERSION: Parameter = Parameter::optional(
    "engine_version",
    ParameterKind::String,
    "The version that the engine must have, or its first parts.",
);

pub(crate) const RESULT_NAME: Parameter = Parameter {
    description: "The name of the result; %d in it is its number when there are several.",
    ..FILENAME
};

impl Rule {
    /// An operation that changes each file, which stays what it is.
    pub(crate) const fn changing(path: &'static str) -> Self {
        Self { path, asks_output: false, joins: false, minds_formats: true, tool: None }
    }

    /// An operation that makes another file of each.
    pub(crate) const fn making(path: &'static str) -> Self {
        Self { asks_output: true, ..Self::changing(path) }
    }

    /// An operation on all files at once, whatever they are.
    pub(crate) const fn taking_anything(path: &'static str) -> Self {
        Self { joins: true, minds_formats: false, ..Self::changing(path) }
    }

    /// An operation that makes one file of all.
    pub(crate) const fn joining(path: &'static str) -> Self {
        Self { joins: true, ..Self::making(path) }
    }
}

impl Process {
    pub(crate) fn parse(
        rule: &'static Rule,
        fields: &mut Fields<'_>,
        rules: &Rules,
    ) -> Option<Box<dyn Act>> {
        let input_format = format(fields, "input_format", false);
        let asked =
            if rule.asks_output { Some(format(fields, "output_format", true)) } else { None };
        let process = Self {
            rule,
            input_format,
            output_format: asked.flatten(),
            engine: fields.filled("engine").map(str::to_owned),
            engine_version: fields.filled("engine_version").map(str::to_owned),
            filename: fields.file_name("filename"),
            options: fields.payload().clone(),
        };
        if asked == Some(None) {
            return None;
        }
        process.check(fields, &rules.catalogue);
        Some(Box::new(process))
    }

    /// Refuses what no engine here would do with any file that fits what is said of it.
    fn check(&self, fields: &mut Fields<'_>, catalogue: &Catalogue) {
        let input = self.input_format.or((!self.rule.minds_formats).then_some(Format::BIN));
        let formats = (input, self.output_format.or(input));
        let chosen = match input {
            Some(input) => self.choose(catalogue, input).map(Some),
            None => catalogue.check_operation(self.rule.path, self.output_format).map(|()| None),
        };
        let wrong = match &chosen {
            Ok(Some(pair)) => pair.check_options(fields.payload()),
            Ok(None) | Err(_) => catalogue.check_options(self.rule.path, formats, fields.payload()),
        };
        if let Err(unsupported) = chosen {
            fields.refuse(self.blamed(&unsupported), format!("{unsupported}."));
        }
        wrong.into_iter().for_each(|(field, message)| fields.refuse(&field, message));
    }

    /// Returns how the catalogue would do it with a file of this format.
    ///
    /// # Errors
    ///
    /// Why it would not.
    fn choose<'a>(&self, catalogue: &'a Catalogue, input: Format) -> Result<Pair<'a>, Unsupported> {
        let named = (self.engine.as_deref(), self.engine_version.as_deref());
        catalogue.choose(self.wanted(input), named)
    }

    fn wanted(&self, input: Format) -> Wanted<'_> {
        Wanted { operation: self.rule.path, input, output: self.output_format.unwrap_or(input) }
    }

    /// Returns the field that asks for what there is not.
    fn blamed(&self, unsupported: &Unsupported) -> &'static str {
        match unsupported {
            Unsupported::Input { .. } | Unsupported::Output { .. } | Unsupported::Made { .. } => {
                "output_format"
            }
            Unsupported::Missing { .. } if self.rule.asks_output => "output_format",
            Unsupported::Missing { .. }
            | Unsupported::Program { .. }
            | Unsupported::Closed { .. } => "operation",
            Unsupported::Operation { .. } if self.input_format.is_none() => "output_format",
            Unsupported::Operation { .. } => "input_format",
            Unsupported::Engine { .. } => "engine",
            Unsupported::Version { .. } => "engine_version",
        }
    }
}

impl Act for Process {
    fn produces(&self, inputs: Option<Format>) -> Option<Format> {
        self.output_format.or(self.input_format).or(inputs)
    }

    fn forecast(&self, inputs: Option<Format>, catalogue: &Catalogue) -> Option<Forecast> {
        let input_format = self.input_format.or(inputs);
        let engine = input_format.map(|input| foreseen(self.choose(catalogue, input)));
        Some(Forecast { input_format, output_format: self.produces(inputs), engine })
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(self.process(bench, inputs))
    }
}

fn format(fields: &mut Fields<'_>, field: &str, required: bool) -> Option<Format> {
    let text = if required { fields.required_text(field) } else { fields.text(field) }?;
    let format = Format::parse(text);
    if format.is_none() {
        fields.refuse(field, format!("The {} {text} is not supported.", field.replace('_', " ")));
    }
    format
}

#[cfg(test)]
mod tests;
