#[cfg(feature = "run")]
use std::path::PathBuf;
#[cfg(feature = "run")]
use std::pin::Pin;

#[cfg(feature = "run")]
use crate::{ConversionError, conversion::Job};
use crate::{Format, OptionSpec};

/// What converts: its name, the pairs of formats it serves and the options it takes.
#[derive(Debug)]
pub struct Engine {
    /// The name that users give and see, such as `office`.
    pub name: &'static str,
    /// Other names that users may give for it.
    pub aliases: &'static [&'static str],
    /// The program that must be installed, or none if the engine is part of this one.
    pub program: Option<Program>,
    /// What it can convert.
    pub routes: &'static [Route],
    #[cfg(feature = "run")]
    pub(crate) run: Run,
}

/// A program that an engine needs.
#[derive(Debug)]
pub struct Program {
    /// The name of its executable.
    pub name: &'static str,
    /// The command that installs it on Debian and Ubuntu.
    pub install: &'static str,
    /// The arguments that make it tell its version.
    #[cfg(feature = "run")]
    pub(crate) version: &'static [&'static str],
}

/// Pairs of formats that an engine serves with the same options: each input to each output.
#[derive(Debug)]
pub struct Route {
    /// The formats it reads.
    pub inputs: &'static [Format],
    /// The formats it writes.
    pub outputs: &'static [Format],
    /// Whether a format may also become itself, say to make a picture smaller.
    pub same: bool,
    /// The options it takes; others are ignored.
    pub options: &'static [OptionSpec],
}

/// How an engine does its work: what it left in the job's directory, in order.
#[cfg(feature = "run")]
#[derive(Debug)]
pub(crate) enum Run {
    /// In this process, on a thread that may block.
    Embedded(fn(&Job) -> Result<Vec<PathBuf>, ConversionError>),
    /// In a program that is killed when the future is dropped.
    Program(fn(Job) -> Running),
}

/// The work of a program. It is boxed because a table of functions can name no `async fn`'s own type.
#[cfg(feature = "run")]
pub(crate) type Running =
    Pin<Box<dyn Future<Output = Result<Vec<PathBuf>, ConversionError>> + Send>>;

impl Engine {
    /// Returns whether users may call the engine by `name`.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Returns the route that converts `input` to `output`.
    #[must_use]
    pub fn route(&self, input: Format, output: Format) -> Option<&'static Route> {
        self.routes.iter().find(|route| route.serves(input, output))
    }
}

impl Route {
    /// Returns whether the route converts `input` to `output`.
    #[must_use]
    pub fn serves(&self, input: Format, output: Format) -> bool {
        let same = input == output;
        (self.same || !same) && self.inputs.contains(&input) && self.outputs.contains(&output)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{ENGINES, Format};

    #[test]
    fn engines_have_names_of_their_own() {
        let mut names = BTreeSet::new();
        for engine in ENGINES {
            for name in engine.aliases.iter().chain([&engine.name]) {
                assert!(names.insert(name), "{name} is taken");
                assert!(engine.is_called(name));
            }
        }
    }

    #[test]
    fn an_engine_serves_a_pair_by_one_route() {
        for engine in ENGINES {
            for (input, output) in pairs() {
                let routes = engine.routes.iter().filter(|route| route.serves(input, output));
                assert!(routes.count() <= 1, "{}: {input} to {output}", engine.name);
            }
        }
    }

    fn pairs() -> impl Iterator<Item = (Format, Format)> {
        Format::ALL.into_iter().flat_map(|input| Format::ALL.map(|output| (input, output)))
    }
}
