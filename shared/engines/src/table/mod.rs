//! Engines that are programs, each declared in a table: what it is called, what it is run for, and with which
//! arguments. Those of this crate are `programs/*.toml`; an owner's own are read at start.
//!
//! What users give never becomes an argument that begins with `-` unless the table says so, and never a path; no shell
//! reads it.

mod build;
mod forms;
mod raw;
mod template;

#[cfg(feature = "run")]
mod arguments;
#[cfg(feature = "run")]
mod results;
#[cfg(feature = "run")]
mod run;
#[cfg(feature = "run")]
mod telling;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::{Engine, Route};
use raw::{Limits, Needs, Progress};
use template::{Item, Template};

#[cfg(feature = "run")]
pub(crate) use run::run;

/// What is wrong with a table of engines.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is no TOML, or a member is missing, unknown or of the wrong type.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// Its members do not fit together.
    #[error("line {line}: {message}")]
    Unfit {
        /// The line, from 1, of the engine or route.
        line: usize,
        /// What is wrong, with the member's name.
        message: String,
    },
}

/// How the program of an engine is run.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only what runs programs reads it"))]
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    pub(crate) limits: Limits,
    pub(crate) needs: Needs,
    pub(crate) environment: Vec<(String, Template)>,
    pub(crate) files: Vec<(String, Template)>,
    pub(crate) accepts: Vec<i32>,
    pub(crate) asks_password: Option<String>,
    pub(crate) progress: Option<Progress>,
    pub(crate) words: BTreeMap<String, BTreeMap<String, String>>,
    /// The keys that dictionaries may have, by option.
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    /// What it is run for, and how.
    pub(crate) calls: Vec<Call>,
}

/// One way in which a program is run.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only what runs programs reads it"))]
pub(crate) struct Call {
    pub(crate) route: Route,
    /// The arguments of a run before, if there is one.
    pub(crate) first: Vec<Item>,
    pub(crate) arguments: Vec<Item>,
    pub(crate) result: raw::Result,
    pub(crate) output: Option<Template>,
}

/// Makes a list of the tables of this crate; the order is the preference where two serve the same pair.
macro_rules! tables {
    ($($name:literal),+ $(,)?) => {
        &[$(include_str!(concat!("../programs/", $name, ".toml"))),+]
    };
}

const TABLES: &[&str] = tables! {
    "ffmpeg",
    "vips",
    "imagemagick",
    "graphicsmagick",
    "dcraw",
    "calibre",
    "pandoc",
    "rsvg",
    "inkscape",
    "ghostscript",
    "qpdf",
    "poppler",
    "ocrmypdf",
    "tesseract",
    "exiftool",
};

#[expect(clippy::expect_used, reason = "the tests read these very texts")]
static BUILT_IN: LazyLock<Vec<&'static Engine>> = LazyLock::new(|| {
    TABLES.iter().flat_map(|text| read(text).expect("our own tables are right")).collect()
});

/// Returns the engines of this crate's own tables, best first.
pub(crate) fn built_in() -> &'static [&'static Engine] {
    &BUILT_IN
}

/// Reads a table of engines. They are kept for ever, as those of the program itself are: it is done at start.
pub(crate) fn read(text: &str) -> Result<Vec<&'static Engine>, TableError> {
    let file: raw::File = toml::from_str(text)?;
    file.engine.into_iter().map(|engine| build::engine(text, engine)).collect()
}

#[cfg(test)]
mod tests;
