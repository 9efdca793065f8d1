//! What an operation is asked to do, and with which files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Sample, Samples};
use crate::testing::sample as file;
use crate::{Format, Pair};

/// What opens the protected files.
pub(super) const PASSWORD: &str = "secret";

/// What is written into files.
pub(super) const TITLE: &str = "Written";

/// Returns the file to begin with, if there is one already.
pub(super) fn sample(pair: Pair<'_>, samples: &Samples) -> Option<Sample> {
    match (pair.operation, pair.input) {
        ("pdf/decrypt", _) => Some(Sample { path: file("locked.pdf"), word: Some("coffee") }),
        ("pdf/ocr", _) => Some(Sample { path: file("scan.pdf"), word: None }),
        // What takes anything takes a picture.
        (_, Format::BIN) => samples.get(&Format::PNG).cloned(),
        (_, input) => samples.get(&input).cloned(),
    }
}

/// Returns the files and the options.
pub(super) fn of(pair: Pair<'_>, path: &Path) -> (Vec<(PathBuf, &'static str, Format)>, Value) {
    let name = match pair.operation {
        "archive" => "picture.png",
        "archive/extract" => "picture.png.gz",
        _ => "input",
    };
    // On the way to be a PDF one takes long enough.
    let count = if pair.operation == "merge" && pair.via.is_none() { 2 } else { 1 };
    let sources = vec![(path.to_owned(), name, pair.input); count];
    let mut options = match pair.operation {
        "pdf/decrypt" => json!({ "password": PASSWORD }),
        "pdf/encrypt" => json!({ "set_password": PASSWORD }),
        "pdf/extract-pages" => json!({ "pages": "1" }),
        "pdf/rotate-pages" => json!({ "rotation": "+90" }),
        "metadata/write" => json!({ "metadata": { "Title": TITLE } }),
        "watermark" => json!({ "text": "Draft" }),
        _ => json!({}),
    };
    options["engine"] = pair.engine.name.into();
    (sources, options)
}
