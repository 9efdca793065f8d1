//! The table as it is written: its members, and nothing of what they must fit together.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::Format;

/// All engines of one text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) engine: Vec<Spanned<Engine>>,
}

/// An engine: a program, and what it is run for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Engine {
    pub(super) name: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// The names that its executable may have, the usual one first.
    pub(super) programs: Vec<String>,
    pub(super) install: String,
    #[serde(default)]
    pub(super) version: Version,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) needs: Needs,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    /// Files that are put into the job's directory, by name.
    #[serde(default)]
    pub(super) files: BTreeMap<String, String>,
    /// Exit statuses that are as good as success.
    #[serde(default)]
    pub(super) accepts: Vec<i32>,
    /// What it says when a file needs a password.
    pub(super) asks_password: Option<String>,
    pub(super) progress: Option<Progress>,
    /// Other words for formats and for values of options, by the name of the list.
    #[serde(default)]
    pub(super) words: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) options: BTreeMap<String, Kind>,
    pub(super) routes: Vec<Spanned<Route>>,
}

/// How a program tells its version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Version {
    pub(super) arguments: Vec<String>,
    /// What stands before the version; who doesn't say it is another program of that name.
    pub(super) after: String,
}

/// What a run may use.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Memory, in MiB; what this machine allows a conversion unless it is less.
    pub(crate) memory: Option<u64>,
    pub(crate) seconds: u64,
    /// Processes at once.
    pub(crate) processes: Option<usize>,
}

/// What a program needs beyond what all may.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Needs {
    /// Files and directories that it reads beside the system's.
    pub(crate) read: Vec<PathBuf>,
    /// Files and directories that it writes beside the job's: `/dev/shm`.
    pub(crate) write: Vec<PathBuf>,
}

/// How a program tells how far it is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Progress {
    /// Lines with `34%`.
    Percent,
    /// `Processing pages 1 through 80.` and then lines `Page 14`.
    Pages,
    /// `Duration: 00:01:20.00` and then lines `out_time_us=12000000`.
    Time,
}

/// Pairs of formats for which the program is run in the same way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Route {
    #[serde(default = "convert")]
    pub(super) operation: String,
    pub(super) inputs: Vec<Format>,
    #[serde(default)]
    pub(super) outputs: Vec<Format>,
    #[serde(default)]
    pub(super) same: bool,
    #[serde(default)]
    pub(super) options: Vec<String>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    /// The arguments of a run before.
    #[serde(default)]
    pub(super) first: Vec<Item>,
    pub(super) arguments: Vec<Item>,
    #[serde(default)]
    pub(super) result: Result,
    /// What the result is called, for a program that chooses.
    pub(super) output: Option<String>,
}

/// Where a run's results are.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Result {
    /// In the file `{output}`.
    #[default]
    File,
    /// In the files of the directory `{outputs}`.
    Directory,
    /// In what it writes on its standard output.
    StandardOutput,
    /// In what it writes there as JSON: an object, or a list of one. There is no file.
    Metadata,
}

/// An argument, or arguments that are there under conditions.
#[derive(Debug)]
pub(super) enum Item {
    One(String),
    Some(Group),
}

/// Arguments that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    #[serde(default)]
    pub(super) when: Vec<String>,
    pub(super) arguments: Vec<Item>,
    /// What joins them to one argument.
    pub(super) join: Option<String>,
    /// What stands before that one, if there is any.
    pub(super) before: Option<String>,
    /// The option for each of whose members they are repeated, with its `{key}` and `{value}`.
    pub(super) each: Option<String>,
}

/// The type of an option.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Kind {
    Boolean {
        #[serde(default)]
        default: bool,
    },
    Integer {
        min: u32,
        max: u32,
        default: Option<u32>,
    },
    Float {
        min: f64,
        max: f64,
        default: Option<f64>,
    },
    Enum {
        values: Vec<String>,
    },
    String {
        form: Form,
    },
    Password,
    Array {
        form: Form,
    },
    Dictionary {
        /// The keys that it may have.
        names: Vec<String>,
    },
}

/// What a text must look like.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    /// Letters, digits, `.`, `_` and inner `-`.
    Word,
    /// A line of text.
    Text,
    /// Pages and ranges of pages.
    Pages,
    /// Seconds, or `hh:mm:ss`, with or without a fraction.
    Time,
}

impl Default for Version {
    fn default() -> Self {
        Self { arguments: vec!["--version".into()], after: String::new() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: None, seconds: 3600, processes: None }
    }
}

fn convert() -> String {
    crate::CONVERT.into()
}

/// By hand, because what serde makes of "a string or a table" tells nobody what is wrong.
impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct OneOrSome;

        impl<'de> Visitor<'de> for OneOrSome {
            type Value = Item;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an argument, or a table with `arguments`")
            }

            fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Item, E> {
                Ok(Item::One(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Item, A::Error> {
                Group::deserialize(MapAccessDeserializer::new(map)).map(Item::Some)
            }
        }

        deserializer.deserialize_any(OneOrSome)
    }
}
