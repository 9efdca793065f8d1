use std::collections::BTreeMap;

use api::ApiError;

/// Everything that is wrong with a request, by field: `tasks.convert.output_format`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Errors(BTreeMap<String, Vec<String>>);

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.entry(field.into()).or_default().push(message.into());
    }

    /// Returns what was made of the request, if nothing is wrong with it.
    pub(crate) fn unless<T>(self, made: T) -> Result<T, ApiError> {
        if self.is_empty() { Ok(made) } else { Err(ApiError::Invalid(self.0)) }
    }
}
