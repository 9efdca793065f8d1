#[cfg(feature = "run")]
use std::path::{Path, PathBuf};

#[cfg(feature = "run")]
use crate::process::{Isolation, Launcher, Limits};
use crate::{COMMAND, Engine, Format, OptionSpec, Route, TableError, Wanted, engines, table};

mod choice;

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
    /// Whether users may run its program with arguments of their own.
    commands: bool,
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
    /// Whether its results are not yet what users of other engines expect.
    pub experimental: bool,
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

    /// Returns the catalogue that settings tell: the owner's table, the engines whose programs the runner has, and those
    /// that users may run with arguments of their own.
    ///
    /// # Errors
    ///
    /// [`TableError`] with the line of the table and what is wrong there.
    pub fn from_settings(own: &str, programs: &str, commands: &str) -> Result<Self, TableError> {
        Ok(Self::embedded().with_own(own)?.with_programs(programs).with_commands(commands))
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
        named(programs)
            .fold(self, |catalogue, (name, version)| catalogue.with_program(name, version))
    }

    /// Returns the setting that [`Catalogue::with_programs`] reads: the available engines that are programs.
    #[must_use]
    pub fn programs(&self) -> String {
        let programs = self.engines().filter(|(engine, _)| engine.program.is_some());
        let found = programs.filter_map(|(engine, availability)| match availability {
            Availability::Available { version } => Some(format!("{}={version}", engine.name)),
            Availability::Missing { .. } => None,
        });
        found.collect::<Vec<_>>().join(",")
    }

    /// Returns the catalogue with the operation `command` open for the engines of these names, by commas; it is closed
    /// for all others.
    #[must_use]
    pub fn with_commands(mut self, engines: &str) -> Self {
        let names: Vec<_> = engines.split(',').map(str::trim).collect();
        for entry in &mut self.entries {
            entry.commands = names.iter().any(|name| entry.engine.is_called(name));
        }
        self
    }

    /// Returns every engine there is, best first, with whether it can be used.
    pub fn engines(&self) -> impl Iterator<Item = (&'static Engine, Availability<'_>)> {
        self.entries.iter().map(|entry| (entry.engine, entry.availability()))
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

/// Reads engines and their versions, as `office=7.4.7`, by commas; what is no such entry is left out.
pub(crate) fn named(programs: &str) -> impl Iterator<Item = (&str, &str)> {
    programs.split(',').filter_map(|program| program.trim().split_once('='))
}

impl Entry {
    fn new(engine: &'static Engine) -> Self {
        Self {
            engine,
            version: engine.program.is_none().then(|| env!("CARGO_PKG_VERSION").to_owned()),
            commands: false,
            #[cfg(feature = "run")]
            program: None,
        }
    }

    /// Returns what the engine does here: all that it can, but for what its owner has not opened.
    fn routes(&self) -> impl Iterator<Item = &'static Route> {
        self.engine.routes.iter().filter(|route| self.commands || route.operation != COMMAND)
    }

    /// Returns the route that does what is wanted.
    fn route(&self, wanted: Wanted<'_>) -> Option<&'static Route> {
        self.routes().find(|route| route.serves(wanted))
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
