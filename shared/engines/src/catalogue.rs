#[cfg(feature = "run")]
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::{ENGINES, Engine, Format, OptionSpec, Unsupported, options};

/// The engines there are, best first, and which of them can be used here.
#[derive(Clone, Debug)]
pub struct Catalogue {
    entries: Vec<Entry>,
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

/// One conversion that can be done here, by one engine.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The format it reads.
    pub input: Format,
    /// The format it writes.
    pub output: Format,
    /// What does it.
    pub engine: &'static Engine,
    /// The engine's version.
    pub version: &'a str,
    /// The options it takes.
    pub options: &'static [OptionSpec],
}

impl Catalogue {
    /// Returns the catalogue with only the engines that are part of Recast available.
    ///
    /// Their version is Recast's own: a user can act on that one, and it pins the libraries inside.
    #[must_use]
    pub fn embedded() -> Self {
        let entry = |engine: &&'static Engine| Entry {
            engine,
            version: engine.program.is_none().then(|| env!("CARGO_PKG_VERSION").to_owned()),
            #[cfg(feature = "run")]
            program: None,
        };
        Self { entries: ENGINES.iter().map(entry).collect() }
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

    /// Returns the catalogue that a setting tells: the engines whose programs the runner has, as
    /// `office=7.4.7`, by commas. What is no such entry changes nothing.
    #[must_use]
    pub fn from_setting(programs: &str) -> Self {
        let programs = programs.split(',').filter_map(|program| program.trim().split_once('='));
        programs.fold(Self::embedded(), |catalogue, (name, version)| {
            catalogue.with_program(name, version)
        })
    }

    /// Returns every engine there is, best first, with whether it can be used.
    pub fn engines(&self) -> impl Iterator<Item = (&'static Engine, Availability<'_>)> {
        self.entries.iter().map(|entry| (entry.engine, entry.availability()))
    }

    /// Returns every conversion that can be done, by input, then output, then preference.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair<'_>> {
        let all = Format::ALL.into_iter();
        let formats = all.flat_map(|input| Format::ALL.map(|output| (input, output)));
        formats.flat_map(|(input, output)| self.serving(input, output)).collect()
    }

    /// Returns the best engine that converts `input` to `output`, or the one of the given name.
    ///
    /// # Errors
    ///
    /// When there is none: what the file could become instead, or which program to install.
    pub fn select(
        &self,
        input: Format,
        output: Format,
        engine: Option<&str>,
    ) -> Result<&'static Engine, Unsupported> {
        self.choose(input, output, (engine, None)).map(|pair| pair.engine)
    }

    /// Returns the best way to convert `input` to `output`, or the one by the engine of the given
    /// name and version, of which the first parts are enough: `7.4` is also 7.4.7.2.
    ///
    /// # Errors
    ///
    /// When there is none: what there is instead, or which program to install.
    pub fn choose(
        &self,
        input: Format,
        output: Format,
        (engine, version): (Option<&str>, Option<&str>),
    ) -> Result<Pair<'_>, Unsupported> {
        let wanted = |candidate: &Engine| engine.is_none_or(|name| candidate.is_called(name));
        let mut able = self.serving(input, output).filter(|pair| wanted(pair.engine)).peekable();
        if able.peek().is_none() {
            return Err(self.unsupported(input, output, wanted));
        }
        able.find(|pair| version.is_none_or(|version| pair.is_version(version))).ok_or_else(|| {
            let version = version.unwrap_or_default().to_owned();
            let name = |pair: Pair<'_>| format!("{} {}", pair.engine.name, pair.version);
            let engines = self.serving(input, output).map(name).collect();
            Unsupported::Version { input, output, version, engines }
        })
    }

    /// Returns the formats that files of this one can become, sorted.
    #[must_use]
    pub fn outputs_of(&self, input: Format) -> Vec<Format> {
        let served = |output: &Format| self.serving(input, *output).next().is_some();
        Format::ALL.into_iter().filter(served).collect()
    }

    /// Returns the formats whose files can become this one, sorted.
    #[must_use]
    pub fn inputs_of(&self, output: Format) -> Vec<Format> {
        let served = |input: &Format| self.serving(*input, output).next().is_some();
        Format::ALL.into_iter().filter(served).collect()
    }

    /// Returns what is wrong with each option, as its name and a sentence; members that are no options are ignored.
    ///
    /// Without an input format an option is accepted if any engine that makes the output accepts it.
    #[must_use]
    pub fn check_options(
        &self,
        input: Option<Format>,
        output: Format,
        options: &Map<String, Value>,
    ) -> Vec<(String, String)> {
        let pairs: Vec<Pair<'_>> = match input {
            Some(input) => self.serving(input, output).take(1).collect(),
            None => Format::ALL.into_iter().flat_map(|input| self.serving(input, output)).collect(),
        };
        options::check(pairs.iter().flat_map(|pair| pair.options), options)
    }

    fn serving(&self, input: Format, output: Format) -> impl Iterator<Item = Pair<'_>> {
        self.entries.iter().filter_map(move |Entry { engine, version, .. }| {
            let options = engine.route(input, output)?.options;
            Some(Pair { input, output, engine, version: version.as_deref()?, options })
        })
    }

    fn unsupported(
        &self,
        input: Format,
        output: Format,
        wanted: impl Fn(&Engine) -> bool,
    ) -> Unsupported {
        let mut able = ENGINES.iter().filter(|engine| engine.route(input, output).is_some());
        if let Some(program) = able.find(|engine| wanted(engine)).and_then(|it| it.program.as_ref())
        {
            let (program, install) = (program.name, program.install);
            return Unsupported::Missing { input, output, program, install };
        }
        let engines: Vec<_> = self.serving(input, output).map(|pair| pair.engine.name).collect();
        let outputs = self.outputs_of(input);
        match (engines.is_empty(), outputs.is_empty()) {
            (false, _) => Unsupported::Engine { input, output, engines },
            (true, false) => Unsupported::Output { input, output, outputs },
            (true, true) => Unsupported::Input { input },
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
mod tests {
    use serde_json::json;

    use super::*;

    fn with_office() -> Catalogue {
        Catalogue::embedded().with_program("office", "7.4.7")
    }

    #[test]
    fn the_best_engine_is_selected() {
        let check = |input, output, engine: Option<&str>, expected: &str| {
            let found = with_office().select(input, output, engine).unwrap();
            assert_eq!(found.name, expected, "{input} to {output}");
        };
        check(Format::Png, Format::Webp, None, "image");
        check(Format::Png, Format::Png, None, "image");
        check(Format::Svg, Format::Png, None, "resvg");
        check(Format::Md, Format::Html, None, "comrak");
        check(Format::Csv, Format::Xlsx, None, "sheets");
        check(Format::Csv, Format::Xlsx, Some("office"), "office");
        check(Format::Docx, Format::Pdf, Some("libreoffice"), "office");
    }

    #[test]
    fn what_is_unsupported_says_what_would_do() {
        let check = |catalogue: Catalogue, (input, output), engine: Option<&str>, text: &str| {
            let error = catalogue.select(input, output, engine).unwrap_err();
            assert_eq!(error.to_string(), text);
        };
        check(
            Catalogue::embedded(),
            (Format::Docx, Format::Pdf),
            None,
            "converting docx to pdf needs soffice, which is not installed (apt-get install libreoffice-nogui)",
        );
        check(
            Catalogue::embedded(),
            (Format::Md, Format::Pdf),
            None,
            "md cannot be converted to pdf, only to html",
        );
        check(
            Catalogue::embedded(),
            (Format::Docx, Format::Png),
            None,
            "docx files cannot be converted",
        );
        check(
            with_office(),
            (Format::Csv, Format::Xlsx),
            Some("excel"),
            "csv is not converted to xlsx by an engine of that name, but by sheets, office",
        );
        check(
            Catalogue::embedded(),
            (Format::Csv, Format::Xlsx),
            Some("office"),
            "converting csv to xlsx needs soffice, which is not installed (apt-get install libreoffice-nogui)",
        );
        check(
            with_office(),
            (Format::Docx, Format::Docx),
            None,
            "docx cannot be converted to docx, only to doc, html, odt, pdf, rtf, txt",
        );
    }

    #[test]
    fn a_version_is_chosen_by_its_first_parts() {
        let catalogue = Catalogue::from_setting("excel=1, office=7.4.7.2,nonsense");
        let choose = |engine, version| {
            let chosen = catalogue.choose(Format::Csv, Format::Xlsx, (engine, Some(version)));
            chosen.map(|pair| pair.engine.name).map_err(|error| error.to_string())
        };
        for version in ["7", "7.4", "7.4.7.2"] {
            assert_eq!(choose(None, version), Ok("office"), "{version}");
            assert_eq!(choose(Some("libreoffice"), version), Ok("office"), "{version}");
        }
        let own = env!("CARGO_PKG_VERSION");
        assert_eq!(choose(None, own), Ok("sheets"));
        for (engine, version) in
            [(None, "7.4.7.2.1"), (Some("office"), own), (None, "7.40"), (None, "7."), (None, "4")]
        {
            let told = format!(
                "csv is not converted to xlsx by version {version} of an engine, but by sheets {own}, office 7.4.7.2"
            );
            assert_eq!(choose(engine, version), Err(told));
        }
        let unknown = choose(Some("excel"), "1").unwrap_err();
        assert_eq!(
            unknown,
            "csv is not converted to xlsx by an engine of that name, but by sheets, office"
        );
    }

    #[test]
    fn what_cannot_be_used_is_not_listed() {
        assert_eq!(Catalogue::embedded().outputs_of(Format::Docx), []);
        assert_eq!(Catalogue::embedded().inputs_of(Format::Html), [Format::Md]);
        assert!(with_office().inputs_of(Format::Pdf).contains(&Format::Docx));
        assert!(Catalogue::embedded().pairs().iter().all(|pair| pair.engine.program.is_none()));
        let of_csv = with_office();
        let of_csv = of_csv
            .pairs()
            .into_iter()
            .filter(|it| (it.input, it.output) == (Format::Csv, Format::Xlsx));
        let of_csv: Vec<_> =
            of_csv.map(|pair| (pair.engine.name, pair.version.to_owned())).collect();
        let own = env!("CARGO_PKG_VERSION").to_owned();
        assert_eq!(of_csv, [("sheets", own), ("office", "7.4.7".to_owned())]);
    }

    #[test]
    fn engines_tell_what_to_install() {
        let office = |catalogue: &Catalogue, expected: Availability<'_>| {
            let (_, found) =
                catalogue.engines().find(|(engine, _)| engine.name == "office").unwrap();
            assert_eq!(found, expected);
        };
        let install = "apt-get install libreoffice-nogui";
        office(&Catalogue::embedded(), Availability::Missing { program: "soffice", install });
        office(&with_office(), Availability::Available { version: "7.4.7" });
        office(
            &with_office().with_program("excel", "1"),
            Availability::Available { version: "7.4.7" },
        );
    }

    #[test]
    fn options_are_checked_against_the_engine_that_would_be_used() {
        let check = |input, output, options: Value, fields: &[&str]| {
            let errors = with_office().check_options(input, output, options.as_object().unwrap());
            let found: Vec<_> = errors.iter().map(|(field, _)| field.as_str()).collect();
            assert_eq!(found, fields, "{options}");
        };
        check(
            Some(Format::Png),
            Format::Jpg,
            json!({"width": 0, "quality": 101, "pages": 7}),
            &["quality", "width"],
        );
        check(Some(Format::Png), Format::Png, json!({"quality": 101}), &[]);
        check(Some(Format::Docx), Format::Pdf, json!({"pages": "3-1", "width": 0}), &["pages"]);
        check(None, Format::Jpg, json!({"width": "wide", "fit": "max"}), &["width"]);
        check(None, Format::Csv, json!({"sheet": 0}), &["sheet"]);
        check(Some(Format::Docx), Format::Png, json!({"width": 0}), &[]);
    }
}
