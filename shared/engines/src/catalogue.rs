use std::collections::BTreeSet;
#[cfg(feature = "run")]
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

#[cfg(feature = "run")]
use crate::process::{Isolation, Launcher, Limits};
use crate::{
    CONVERT, Engine, Format, OptionSpec, Program, Route, TableError, Unsupported, Wanted, bridge,
    engines, options, table,
};

/// The engines there are, best first, and which of them can be used here.
#[derive(Clone, Debug)]
pub struct Catalogue {
    entries: Vec<Entry>,
    #[cfg(feature = "run")]
    pub(crate) isolation: Option<Isolation>,
}

#[derive(Clone, Debug)]
struct Entry {
    engine: &'static Engine,
    /// None while the engine's program is missing.
    version: Option<String>,
    #[cfg(feature = "run")]
    program: Option<PathBuf>,
}

/// Whether an engine can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability<'a> {
    /// It can, in this version.
    Available {
        /// The version of its program; of Recast for an engine that is part of it.
        version: &'a str,
    },
    /// It needs a program that is not installed.
    Missing {
        /// The executable's name.
        program: &'static str,
        /// The command that installs it, such as `apt-get install libreoffice-nogui`.
        install: &'static str,
    },
}

/// Something that can be done here, by one engine.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The operation, by the API's path.
    pub operation: &'static str,
    /// The format it reads; [`Format::BIN`] for whatever there is.
    pub input: Format,
    /// The format it writes.
    pub output: Format,
    /// What does it.
    pub engine: &'static Engine,
    /// The engine's version.
    pub version: &'a str,
    /// The options it takes.
    pub options: &'static [OptionSpec],
    /// What the file becomes first, if the engine does not take it as it is.
    pub via: Option<Format>,
}

impl Catalogue {
    /// Returns the catalogue with only the engines that are part of Recast available.
    ///
    /// Their version is Recast's own: a user can act on that one, and it pins the libraries inside.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            entries: engines().map(Entry::new).collect(),
            #[cfg(feature = "run")]
            isolation: None,
        }
    }

    /// Returns the catalogue with an owner's own engines, which come first, from a table of them.
    ///
    /// A table without anything in it is none. They are kept for as long as the process lives. An engine of Recast that has the name of one makes way.
    ///
    /// # Errors
    ///
    /// [`TableError`] with the line of the table and what is wrong there.
    pub fn with_own(mut self, table: &str) -> Result<Self, TableError> {
        if table.trim().is_empty() {
            return Ok(self);
        }
        let own = table::read(table)?;
        let is_own = |entry: &Entry| own.iter().any(|engine| engine.is_called(entry.engine.name));
        self.entries.retain(|entry| !is_own(entry));
        self.entries.splice(0..0, own.iter().copied().map(Entry::new));
        Ok(self)
    }

    /// Returns the catalogue with the engine of this name available, its program having this version.
    ///
    /// For those who learn it from a setting. A name that no engine has changes nothing.
    #[must_use]
    pub fn with_program(mut self, engine: &str, version: &str) -> Self {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.engine.is_called(engine)) {
            entry.version = Some(version.to_owned());
        }
        self
    }

    /// Returns the catalogue that two settings tell: the owner's table, and the engines whose programs the runner has.
    ///
    /// # Errors
    ///
    /// [`TableError`] with the line of the table and what is wrong there.
    pub fn from_settings(own: &str, programs: &str) -> Result<Self, TableError> {
        Ok(Self::embedded().with_own(own)?.with_programs(programs))
    }

    /// Returns the catalogue that a setting tells: the engines whose programs the runner has, as
    /// `office=7.4.7`, by commas. What is no such entry changes nothing.
    #[must_use]
    pub fn from_setting(programs: &str) -> Self {
        Self::embedded().with_programs(programs)
    }

    /// Returns the catalogue with the engines available that a setting names, as `office=7.4.7`, by commas.
    #[must_use]
    pub fn with_programs(self, programs: &str) -> Self {
        let programs = programs.split(',').filter_map(|program| program.trim().split_once('='));
        programs.fold(self, |catalogue, (name, version)| catalogue.with_program(name, version))
    }

    /// Returns every engine there is, best first, with whether it can be used.
    pub fn engines(&self) -> impl Iterator<Item = (&'static Engine, Availability<'_>)> {
        self.entries.iter().map(|entry| (entry.engine, entry.availability()))
    }

    /// Returns everything that can be done: conversions first, by input, then output, then preference.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair<'_>> {
        let routes =
            |(engine, _): (&'static Engine, _)| engine.routes.iter().flat_map(Route::pairs);
        let mut wanted: Vec<_> = self.engines().flat_map(routes).collect();
        wanted.extend(bridge::all(|via| self.inputs_of(CONVERT, via)));
        wanted.sort_by_key(|it| (it.operation != CONVERT, it.operation, it.input, it.output));
        wanted.dedup();
        wanted.into_iter().flat_map(|wanted| self.able(wanted)).collect()
    }

    /// Returns the ways to do what is wanted, best first; by way of another format if there is no other.
    fn able(&self, wanted: Wanted<'_>) -> Vec<Pair<'_>> {
        let direct: Vec<_> = self.serving(wanted).collect();
        let via = bridge::over(wanted).filter(|_| direct.is_empty());
        let via =
            via.filter(|via| self.serving(Wanted::conversion(wanted.input, *via)).next().is_some());
        let Some(via) = via else { return direct };
        let pairs = self.serving(Wanted { input: via, ..wanted });
        pairs.map(|pair| Pair { input: wanted.input, via: Some(via), ..pair }).collect()
    }

    /// Returns the best way to do what is wanted, or the one by the engine of the given name and version, of which the
    /// first parts are enough: `7.4` is also 7.4.7.2.
    ///
    /// # Errors
    ///
    /// When there is none: what there is instead, or which program to install.
    pub fn choose(
        &self,
        wanted: Wanted<'_>,
        (engine, version): (Option<&str>, Option<&str>),
    ) -> Result<Pair<'_>, Unsupported> {
        let is_named = |candidate: &Engine| engine.is_none_or(|name| candidate.is_called(name));
        let able = self.able(wanted).into_iter();
        let mut able = able.filter(|pair| is_named(pair.engine)).peekable();
        if able.peek().is_none() {
            return Err(self.unsupported(wanted, is_named));
        }
        able.find(|pair| version.is_none_or(|version| pair.is_version(version))).ok_or_else(|| {
            let Wanted { operation, input, output } = wanted;
            let (operation, version) =
                (operation.to_owned(), version.unwrap_or_default().to_owned());
            let name = |pair: Pair<'_>| format!("{} {}", pair.engine.name, pair.version);
            let engines = self.serving(wanted).map(name).collect();
            Unsupported::Version { operation, input, output, version, engines }
        })
    }

    /// Checks that some file can be given to an engine for the operation, and become of that format if one is named.
    ///
    /// # Errors
    ///
    /// Which program to install, or what files can become instead.
    pub fn check_operation(
        &self,
        operation: &str,
        output: Option<Format>,
    ) -> Result<(), Unsupported> {
        let does = |engine: &&'static Engine| {
            engine.routes.iter().any(|route| {
                let makes = |output| route.outputs.is_empty() || route.outputs.contains(&output);
                route.operation == operation && output.is_none_or(makes)
            })
        };
        let engines = self.entries.iter().map(|entry| entry.engine).filter(does);
        let mut able = self.entries.iter().filter(|it| it.version.is_some()).map(|it| it.engine);
        if operation == CONVERT || able.any(|engine| does(&engine)) {
            return Ok(());
        }
        let operation = operation.to_owned();
        match engines.clone().find_map(|engine| engine.program.as_ref()) {
            Some(Program { name, install, .. }) => {
                Err(Unsupported::Program { operation, program: name, install })
            }
            None => {
                let outputs = self.formats(&operation, |wanted| Some(wanted.output));
                Err(Unsupported::Made { operation, outputs })
            }
        }
    }

    /// Returns the formats that files of this one can become by the operation, sorted.
    #[must_use]
    pub fn outputs_of(&self, operation: &str, input: Format) -> Vec<Format> {
        self.formats(operation, |wanted| (wanted.input == input).then_some(wanted.output))
    }

    /// Returns the formats whose files the operation makes this one of, sorted.
    #[must_use]
    pub fn inputs_of(&self, operation: &str, output: Format) -> Vec<Format> {
        self.formats(operation, |wanted| (wanted.output == output).then_some(wanted.input))
    }

    /// Returns what is wrong with each option, as its name and a sentence; members that are no options are ignored.
    ///
    /// Without a format an option is accepted if any engine that does the operation accepts it.
    #[must_use]
    pub fn check_options(
        &self,
        operation: &str,
        (input, output): (Option<Format>, Option<Format>),
        options: &Map<String, Value>,
    ) -> Vec<(String, String)> {
        let able = self.entries.iter().filter(|entry| entry.version.is_some());
        let mut routes: Vec<_> = able.flat_map(|entry| entry.engine.routes).collect();
        routes.retain(|route| {
            route.operation == operation
                && input.is_none_or(|input| route.reads(input))
                && output.is_none_or(|output| {
                    route.outputs.is_empty() || route.outputs.contains(&output)
                })
        });
        options::check(routes.into_iter().flat_map(|route| route.options), options)
    }

    /// Returns a format of each pair that can be done, sorted.
    fn formats(
        &self,
        operation: &str,
        chosen: impl Fn(Wanted<'_>) -> Option<Format>,
    ) -> Vec<Format> {
        let able = self.entries.iter().filter(|entry| entry.version.is_some());
        let routes =
            able.flat_map(|entry| entry.engine.routes).filter(|it| it.operation == operation);
        let formats: BTreeSet<_> = routes.flat_map(Route::pairs).filter_map(chosen).collect();
        formats.into_iter().collect()
    }

    fn serving(&self, wanted: Wanted<'_>) -> impl Iterator<Item = Pair<'_>> {
        self.entries.iter().filter_map(move |Entry { engine, version, .. }| {
            let Route { operation, options, .. } = *engine.route(wanted)?;
            let Wanted { input, output, .. } = wanted;
            let version = version.as_deref()?;
            Some(Pair { operation, input, output, engine, version, options, via: None })
        })
    }

    fn unsupported(&self, wanted: Wanted<'_>, is_named: impl Fn(&Engine) -> bool) -> Unsupported {
        let Wanted { input, output, .. } = wanted;
        let operation = wanted.operation.to_owned();
        let engines = self.entries.iter().map(|entry| entry.engine);
        let mut able = engines.filter(|engine| engine.route(wanted).is_some());
        if let Some(program) =
            able.find(|engine| is_named(engine)).and_then(|it| it.program.as_ref())
        {
            let (program, install) = (program.name, program.install);
            return Unsupported::Missing { operation, input, output, program, install };
        }
        let engines: Vec<_> = self.serving(wanted).map(|pair| pair.engine.name).collect();
        if !engines.is_empty() {
            return Unsupported::Engine { operation, input, output, engines };
        }
        if operation != CONVERT {
            let inputs = self.inputs_of(&operation, output);
            return Unsupported::Operation { operation, input, inputs };
        }
        match self.outputs_of(&operation, input) {
            outputs if outputs.is_empty() => Unsupported::Input { input },
            outputs => Unsupported::Output { input, output, outputs },
        }
    }
}

impl Pair<'_> {
    /// Returns whether the engine's version begins with the parts of this one.
    #[must_use]
    pub fn is_version(&self, wanted: &str) -> bool {
        let rest = self.version.strip_prefix(wanted);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Returns what is wrong with each option, as its name and a sentence; members that are no
    /// options of the engine for this pair are ignored.
    #[must_use]
    pub fn check_options(&self, options: &Map<String, Value>) -> Vec<(String, String)> {
        options::check(self.options.iter(), options)
    }
}

#[cfg(feature = "run")]
impl Catalogue {
    /// Returns the catalogue whose conversions are done in confined processes, within limits, by starting `launcher`:
    /// an executable whose `main` begins with [`crate::child`].
    #[must_use]
    pub fn isolated(self, launcher: PathBuf, limits: Limits) -> Self {
        self.isolated_by(Launcher::new(launcher), limits)
    }

    pub(crate) fn isolated_by(mut self, launcher: Launcher, limits: Limits) -> Self {
        self.isolation = Some(Isolation::new(launcher, limits));
        self
    }

    /// Returns the catalogue with the engine of this name available by the program at `path`.
    pub(crate) fn with_program_at(mut self, engine: &str, version: &str, path: PathBuf) -> Self {
        self = self.with_program(engine, version);
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.engine.is_called(engine)) {
            entry.program = Some(path);
        }
        self
    }

    /// Returns an available engine's version and, if it was found here, its program.
    pub(crate) fn installed(&self, engine: &Engine) -> Option<(&str, Option<&Path>)> {
        let entry = self.entries.iter().find(|entry| entry.engine.name == engine.name)?;
        Some((entry.version.as_deref()?, entry.program.as_deref()))
    }
}

impl Entry {
    fn new(engine: &'static Engine) -> Self {
        Self {
            engine,
            version: engine.program.is_none().then(|| env!("CARGO_PKG_VERSION").to_owned()),
            #[cfg(feature = "run")]
            program: None,
        }
    }

    fn availability(&self) -> Availability<'_> {
        match (&self.version, &self.engine.program) {
            (None, Some(program)) => {
                Availability::Missing { program: program.name, install: program.install }
            }
            (version, _) => {
                Availability::Available { version: version.as_deref().unwrap_or_default() }
            }
        }
    }
}

#[cfg(test)]
mod tests;
