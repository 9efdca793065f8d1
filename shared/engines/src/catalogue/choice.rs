//! What can be done with the engines there are, which of them does it, and why none does.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Catalogue, Entry, Pair};
use crate::{
    COMMAND, CONVERT, Engine, Format, Program, Route, Unsupported, Wanted, bridge, options,
};

impl Catalogue {
    /// Returns everything that can be done: conversions first, by input, then output, then preference.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair<'_>> {
        let routes = self.entries.iter().flat_map(Entry::routes);
        let mut wanted: Vec<_> = routes.flat_map(Route::pairs).collect();
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
        let does = |entry: &&Entry| {
            entry.routes().any(|route| {
                let makes = |output| route.outputs.is_empty() || route.outputs.contains(&output);
                route.operation == operation && output.is_none_or(makes)
            })
        };
        let mut engines = self.entries.iter().filter(does);
        if operation == CONVERT || engines.clone().any(|entry| entry.version.is_some()) {
            return Ok(());
        }
        let operation = operation.to_owned();
        if self.is_closed(&operation) {
            return Err(Unsupported::Closed { operation });
        }
        match engines.find_map(|entry| entry.engine.program.as_ref()) {
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
        let mut routes: Vec<_> = able.flat_map(Entry::routes).collect();
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
        let routes = able.flat_map(Entry::routes).filter(|it| it.operation == operation);
        let formats: BTreeSet<_> = routes.flat_map(Route::pairs).filter_map(chosen).collect();
        formats.into_iter().collect()
    }

    /// Returns whether no engine may do the operation, whichever could.
    fn is_closed(&self, operation: &str) -> bool {
        operation == COMMAND && !self.entries.iter().any(|entry| entry.commands)
    }

    fn serving(&self, wanted: Wanted<'_>) -> impl Iterator<Item = Pair<'_>> {
        self.entries.iter().filter_map(move |entry| {
            let Route { operation, options, experimental, .. } = *entry.route(wanted)?;
            let Wanted { input, output, .. } = wanted;
            let (engine, version) = (entry.engine, entry.version.as_deref()?);
            Some(Pair {
                operation,
                input,
                output,
                engine,
                version,
                options,
                experimental,
                via: None,
            })
        })
    }

    fn unsupported(&self, wanted: Wanted<'_>, is_named: impl Fn(&Engine) -> bool) -> Unsupported {
        let Wanted { input, output, .. } = wanted;
        let operation = wanted.operation.to_owned();
        if self.is_closed(&operation) {
            return Unsupported::Closed { operation };
        }
        let able = self.entries.iter().filter(|entry| entry.route(wanted).is_some());
        let mut able = able.map(|entry| entry.engine);
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
