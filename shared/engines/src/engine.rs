#[cfg(feature = "run")]
use std::pin::Pin;

#[cfg(feature = "run")]
use crate::{ConversionError, Made, conversion::Job, table::Recipe};
use crate::{Format, Kind, OptionSpec, engines};

/// The operation that makes a file of another format of a file.
pub const CONVERT: &str = "convert";

/// The operation that runs a program with a user's own arguments.
pub const COMMAND: &str = "command";

/// What converts: its name, what it does with which formats, and the options it takes.
#[derive(Debug)]
pub struct Engine {
    /// The name that users give and see, such as `office`.
    pub name: &'static str,
    /// Other names that users may give for it.
    pub aliases: &'static [&'static str],
    /// The program that must be installed, or none if the engine is part of this one.
    pub program: Option<Program>,
    /// What it can do.
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
    /// Other names that the executable may have.
    #[cfg(feature = "run")]
    pub(crate) others: &'static [&'static str],
    /// What it says before its version; who does not is another program of that name.
    #[cfg(feature = "run")]
    pub(crate) after: &'static str,
}

/// Pairs of formats for which an engine does an operation with the same options: each input to each output.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The operation, by the API's path: `convert`, `pdf/encrypt`.
    pub operation: &'static str,
    /// The formats it reads; none for whatever there is.
    pub inputs: &'static [Format],
    /// The formats it writes; none for the one it reads.
    pub outputs: &'static [Format],
    /// Whether a format may also become itself, say to make a picture smaller.
    pub same: bool,
    /// The options it takes; others are ignored.
    pub options: &'static [OptionSpec],
    /// Whether its results are not yet what users of other engines expect.
    pub experimental: bool,
}

/// How an engine does its work, in the job's directory.
#[cfg(feature = "run")]
#[derive(Debug)]
pub(crate) enum Run {
    /// In this process, on a thread that may block.
    Embedded(fn(&Job) -> Result<Made, ConversionError>),
    /// In a program that is killed when the future is dropped.
    Program(fn(Job) -> Running),
    /// In a program that a table says how to run.
    Table(&'static Recipe),
}

/// The work of a program. It is boxed because a table of functions can name no `async fn`'s own type.
#[cfg(feature = "run")]
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Made, ConversionError>> + Send>>;

/// Returns the names of the options that must not be shown, of every engine.
pub fn secrets() -> impl Iterator<Item = &'static str> {
    let options = engines().flat_map(|engine| engine.routes).flat_map(|route| route.options);
    options.filter(|option| matches!(option.kind, Kind::Secret)).map(|option| option.name)
}

impl Engine {
    /// Returns whether users may call the engine by `name`.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

impl Route {
    /// The route of a conversion without options.
    pub(crate) const CONVERT: Self = Self {
        operation: CONVERT,
        inputs: &[],
        outputs: &[],
        same: false,
        options: &[],
        experimental: false,
    };

    /// Returns whether the route does what is wanted.
    #[must_use]
    pub fn serves(&self, Wanted { operation, input, output }: Wanted<'_>) -> bool {
        let writes = match self.outputs {
            [] => input == output,
            outputs => (self.same || input != output) && outputs.contains(&output),
        };
        self.operation == operation && self.reads(input) && writes
    }

    /// Returns whether the route reads files of this format.
    #[must_use]
    pub fn reads(&self, input: Format) -> bool {
        self.inputs.is_empty() || self.inputs.contains(&input)
    }

    /// Returns the pairs of formats that the route serves; for what reads whatever there is, [`Format::BIN`] stands
    /// for that.
    pub(crate) fn pairs(&self) -> Vec<Wanted<'static>> {
        let inputs = if self.inputs.is_empty() { &[Format::BIN] } else { self.inputs };
        let wanted = |input, output| Wanted { operation: self.operation, input, output };
        let of = |&input: &Format| {
            let same = [input];
            let outputs = if self.outputs.is_empty() { &same } else { self.outputs };
            outputs.iter().map(|&output| wanted(input, output)).collect::<Vec<_>>()
        };
        inputs.iter().flat_map(of).filter(|wanted| self.serves(*wanted)).collect()
    }
}

/// What is wanted of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The operation, by the API's path.
    pub operation: &'a str,
    /// The format of the files.
    pub input: Format,
    /// What becomes of them; the same for what does not change it.
    pub output: Format,
}

impl Wanted<'_> {
    /// Returns the wish for a conversion.
    #[must_use]
    pub const fn conversion(input: Format, output: Format) -> Self {
        Self { operation: CONVERT, input, output }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{Route, engines};

    #[test]
    fn engines_have_names_of_their_own() {
        let mut names = BTreeSet::new();
        for engine in engines() {
            for name in engine.aliases.iter().chain([&engine.name]) {
                assert!(names.insert(name), "{name} is taken");
                assert!(engine.is_called(name));
            }
        }
    }

    #[test]
    fn an_engine_serves_a_pair_by_one_route() {
        for engine in engines() {
            for wanted in engine.routes.iter().flat_map(Route::pairs) {
                let routes = engine.routes.iter().filter(|route| route.serves(wanted));
                assert_eq!(routes.count(), 1, "{}: {wanted:?}", engine.name);
            }
        }
    }
}
