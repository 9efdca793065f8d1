//! Whether others read of a file what was told of it or written to it.

use std::path::Path;

use serde_json::Value;

use super::asked::TITLE;
use super::peers::{Asked, ask};
use super::seeds::SIDES;
use crate::Made;

/// Checks that what is told of a file is so: by what is known of it, or by exiftool.
pub(super) fn agrees(asked: &Asked, made: &Made) -> Result<(), String> {
    let told = &made.result["metadata"];
    if asked.engine == "exiftool" {
        let sides = (told["ImageWidth"].as_u64(), told["ImageHeight"].as_u64());
        let right = sides == (Some(SIDES.0.into()), Some(SIDES.1.into()));
        return if right { Ok(()) } else { Err(format!("{told}")) };
    }
    let others = ask(&[
        "exiftool",
        "-json",
        "-FileType",
        "-ImageWidth",
        "-PageCount",
        "-Title",
        asked.input.to_str().unwrap(),
    ])?;
    let others: Value = serde_json::from_str(&others).map_err(|error| error.to_string())?;
    let both =
        |name: &&str| told.get(*name).is_some_and(|value| others[0].get(*name) == Some(value));
    let same = ["ImageWidth", "PageCount", "Title", "FileType"].iter().any(both);
    if same { Ok(()) } else { Err(format!("{told} is not {others}")) }
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
