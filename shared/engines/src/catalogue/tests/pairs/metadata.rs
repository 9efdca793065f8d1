//! Whether others read of a file what was told of it or written to it.

use std::path::Path;

use serde_json::Value;

use super::asked::TITLE;
use super::peers::{Asked, ask};
use super::seeds::SIDES;
use crate::{Format, Made};

/// Checks that what is told of a file is so: by exiftool, whose own words are held against what `file` says.
pub(super) fn agrees(asked: &Asked, made: &Made) -> Result<(), String> {
    let told = &made.result["metadata"];
    let input = asked.input.to_str().unwrap();
    // exiftool does not know it, and says so.
    if asked.format == Format::QOI {
        let known = asked.engine == "exiftool" || told["ImageWidth"] == SIDES.0;
        return if known { Ok(()) } else { Err(format!("{told}")) };
    }
    if asked.engine == "exiftool" {
        return is_kind(told, &ask(&["file", "-b", "--mime-type", input])?);
    }
    let others = ask(&["exiftool", "-json", "-FileSize#", "-ImageWidth", "-PageCount", input])?;
    let others: Value = serde_json::from_str(&others).map_err(|error| error.to_string())?;
    let both =
        |name: &&str| told.get(*name).is_some_and(|value| others[0].get(*name) == Some(value));
    let same = ["FileSize", "ImageWidth", "PageCount"].iter().any(both);
    if same { Ok(()) } else { Err(format!("{told} is not {others}")) }
}

/// Both know most kinds by one name, others by one that the other's begins or ends with.
fn is_kind(told: &Value, said: &str) -> Result<(), String> {
    let told = told["MIMEType"].as_str().unwrap_or_default();
    let word = |kind: &str| kind.trim().split('/').next().unwrap_or_default().to_owned();
    if !told.is_empty() && word(told) == word(said) {
        Ok(())
    } else {
        Err(format!("{told} is not {said}"))
    }
}

/// Checks that the title that was written is there, by exiftool unless it wrote it.
pub(super) fn is_written(asked: &Asked, path: &Path) -> Result<(), String> {
    let is_there = if asked.engine == "exiftool" {
        std::fs::read(path).unwrap().windows(TITLE.len()).any(|part| part == TITLE.as_bytes())
    } else {
        ask(&["exiftool", "-s3", "-Title", path.to_str().unwrap()])?.trim() == TITLE
    };
    if is_there { Ok(()) } else { Err("the title is not there".into()) }
}
