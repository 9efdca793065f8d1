use engines::{Format, OptionSpec, Pair};
use operations::{Description, Parameter};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::list::Found;

/// What is told of each item besides its names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Include {
    pub(crate) options: bool,
    pub(crate) engine_versions: bool,
}

/// Something that can be done, as the API shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Operation))]
pub struct Item {
    operation: &'static str,
    /// What it reads; none for whatever there is, and, as what follows, for what needs no engine.
    #[cfg_attr(feature = "schema", schema(required, value_type = Option<String>))]
    input_format: Option<Format>,
    /// What it makes.
    #[cfg_attr(feature = "schema", schema(required, value_type = Option<String>))]
    output_format: Option<Format>,
    /// What does it.
    #[cfg_attr(feature = "schema", schema(required))]
    engine: Option<&'static str>,
    credits: u32,
    /// What can be asked for; with `include=options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    options: Option<Vec<OptionView>>,
    /// The versions of the engine; with `include=engine_versions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    engine_versions: Option<Vec<VersionView>>,
    deprecated: bool,
    experimental: bool,
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    meta: Map<String, Value>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = OperationOption))]
struct OptionView {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    description: Option<&'static str>,
    /// What counts when nothing is given; of the option's type, or null.
    default: Value,
    possible_values: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = EngineVersion))]
struct VersionView {
    version: String,
    default: bool,
    latest: bool,
    deprecated: bool,
    experimental: bool,
}

impl Item {
    pub(crate) fn new(found: Found<'_>, include: Include) -> Self {
        match found {
            Found::ByEngine(pair) => Self::of_pair(&pair, include),
            Found::Other(operation) => Self::of_other(operation, include),
        }
    }

    fn of_pair(pair: &Pair<'_>, include: Include) -> Self {
        let options = || pair.options.iter().map(OptionView::from).collect();
        Self {
            input_format: Some(pair.input).filter(|format| *format != Format::BIN),
            output_format: Some(pair.output),
            engine: Some(pair.engine.name),
            options: include.options.then(options),
            engine_versions: include.engine_versions.then(|| vec![VersionView::only(pair.version)]),
            experimental: pair.experimental,
            ..Self::named(pair.operation)
        }
    }

    fn of_other(operation: &'static Description, include: Include) -> Self {
        let options = || operation.parameters.iter().map(OptionView::from).collect();
        Self {
            options: include.options.then(options),
            engine_versions: include.engine_versions.then(Vec::new),
            ..Self::named(operation.path)
        }
    }

    fn named(operation: &'static str) -> Self {
        Self {
            operation,
            input_format: None,
            output_format: None,
            engine: None,
            credits: 0,
            options: None,
            engine_versions: None,
            deprecated: false,
            experimental: false,
            meta: Map::new(),
        }
    }
}

impl VersionView {
    /// The version of an engine that is there in one version alone.
    fn only(version: &str) -> Self {
        let version = version.to_owned();
        Self { version, default: true, latest: true, deprecated: false, experimental: false }
    }
}

impl From<&'static OptionSpec> for OptionView {
    fn from(option: &'static OptionSpec) -> Self {
        Self {
            name: option.name,
            kind: option.type_name(),
            required: option.required,
            description: None,
            default: option.default_value(),
            possible_values: option.possible_values().to_vec(),
        }
    }
}

impl From<&'static Parameter> for OptionView {
    fn from(parameter: &'static Parameter) -> Self {
        Self {
            name: parameter.name,
            kind: parameter.type_name(),
            required: parameter.required,
            description: Some(parameter.description),
            default: parameter.default_value(),
            possible_values: parameter.possible_values(),
        }
    }
}
