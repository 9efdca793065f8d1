use std::collections::HashMap;

/// The settings of one function: the environment variables that the template gives it.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    variables: HashMap<String, String>,
}

/// A setting that a function cannot do without is not there, or says nothing that it understands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {0} is not set or cannot be understood")]
pub struct MissingSetting(pub &'static str);

impl Settings {
    /// Reads the process's environment; for `main.rs` alone.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn from_env() -> Self {
        std::env::vars().collect()
    }

    /// Returns a setting.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when it is absent or empty.
    pub fn required(&self, name: &'static str) -> Result<&str, MissingSetting> {
        self.optional(name).ok_or(MissingSetting(name))
    }

    /// Returns a setting, none when it is absent or empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns these settings and some more, which win.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = (String, String)>) -> Self {
        self.variables.clone().into_iter().chain(more).collect()
    }
}

impl FromIterator<(String, String)> for Settings {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self { variables: variables.into_iter().collect() }
    }
}
