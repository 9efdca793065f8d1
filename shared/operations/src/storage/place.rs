use std::fmt::Debug;

use domain::FileName;
use engines::Format;
use http::{HeaderMap, HeaderValue};

use super::Selection;
use crate::act::Act;
#[cfg(feature = "run")]
use crate::act::Doing;
#[cfg(feature = "run")]
use crate::run::{Bench, Given};

/// A storage of the user's, as the payload names it.
pub(super) trait Place: Debug + Send + Sync + 'static {
    /// What it is when it is open.
    #[cfg(feature = "run")]
    type Shelf: super::run::Shelf;

    /// Makes ready to read and write there.
    #[cfg(feature = "run")]
    fn open<'a>(
        &'a self,
        bench: &'a Bench<'a>,
    ) -> impl Future<Output = Result<Self::Shelf, super::run::Trouble>> + Send + 'a;
}

/// Who only reads payloads goes nowhere.
#[cfg(not(feature = "run"))]
impl<P: Debug + Send + Sync + 'static> Place for P {}

/// Brings in files from a storage.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who imports asks where"))]
pub(super) struct Import<P> {
    pub(super) place: P,
    pub(super) selection: Selection,
    /// The name that a single file gets.
    pub(super) filename: Option<FileName>,
}

/// Puts files into a storage.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who exports asks where"))]
pub(super) struct Export<P> {
    pub(super) place: P,
    pub(super) selection: Selection,
    pub(super) attributes: Attributes,
}

/// What is said of a file beside its bytes, to whoever reads it there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    /// Else what the file's name says.
    pub(super) content_type: Option<String>,
    /// Texts by names.
    pub(super) metadata: Vec<(String, String)>,
}

/// Returns headers as texts.
pub(super) fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

impl<P: Place> Act for Import<P> {
    fn produces(&self, _inputs: Option<Format>) -> Option<Format> {
        match (&self.filename, &self.selection) {
            (Some(name), Selection::One(_)) => Format::from_file_name(name.as_str()),
            (None, Selection::One(path)) => Format::from_file_name(path),
            (_, Selection::Several(_)) => None,
        }
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, _inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(self.import(bench))
    }
}

impl<P: Place> Act for Export<P> {
    fn produces(&self, inputs: Option<Format>) -> Option<Format> {
        inputs
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(self.export(bench, inputs))
    }
}
