use api::{ApiError, Request, RequestExt, filter, flag};
use engines::{CONVERT, Format, Pair};
use operations::Description;

/// What is asked for; what is none narrows nothing down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) operation: Option<String>,
    pub(crate) input_format: Option<String>,
    pub(crate) output_format: Option<String>,
    pub(crate) engine: Option<String>,
    pub(crate) engine_version: Option<String>,
    /// Whether every engine of a pair is wanted, not only the best.
    pub(crate) alternatives: bool,
    /// Whether operations other than conversions are left out.
    pub(crate) conversions_only: bool,
}

impl Filter {
    pub(crate) fn read(request: &Request) -> Result<Self, ApiError> {
        Ok(Self {
            operation: filter(request, "operation"),
            input_format: filter(request, "input_format"),
            output_format: filter(request, "output_format"),
            engine: filter(request, "engine"),
            engine_version: filter(request, "engine_version"),
            alternatives: flag(request, "alternatives")?,
            conversions_only: request.raw_http_path().ends_with("/convert/formats"),
        })
    }

    pub(crate) fn takes_pair(&self, pair: &Pair<'_>) -> bool {
        let format = |wanted: &Option<String>, format| {
            wanted.as_ref().is_none_or(|wanted| Format::parse(wanted) == Some(format))
        };
        self.takes_path(pair.operation)
            && (pair.operation == CONVERT || !self.conversions_only)
            && format(&self.input_format, pair.input)
            && format(&self.output_format, pair.output)
            && self.engine.as_ref().is_none_or(|name| pair.engine.is_called(name))
            && self.engine_version.as_ref().is_none_or(|version| pair.is_version(version))
    }

    pub(crate) fn takes_other(&self, operation: &Description) -> bool {
        let of_conversions =
            [&self.input_format, &self.output_format, &self.engine, &self.engine_version];
        !operation.by_engines
            && !self.conversions_only
            && self.takes_path(operation.path)
            && of_conversions.iter().all(|filter| filter.is_none())
    }

    fn takes_path(&self, path: &str) -> bool {
        self.operation.as_ref().is_none_or(|wanted| wanted == path)
    }
}
