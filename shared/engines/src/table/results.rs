//! What a run has left.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{command, raw};
use crate::conversion::Job;
use crate::process::Ended;
use crate::{ConversionError, DetectError, Format, Made, detect};

/// Returns what was made; none if that is nothing, or does not look as it should.
pub(super) async fn collect(
    job: &Job,
    (result, output): (raw::Result, &Path),
    ended: &Ended,
) -> Result<Option<Made>, ConversionError> {
    let (path, format) = (output.to_owned(), job.conversion.output_format);
    let made = match result {
        raw::Result::Metadata => return metadata(output, &job.conversion.directory).await,
        raw::Result::Command => return command::run::collect(job, output, ended).map(Some),
        raw::Result::File | raw::Result::StandardOutput => vec![path],
        raw::Result::Directory => {
            let made = tokio::task::spawn_blocking(move || files(&path));
            made.await.map_err(std::io::Error::from)??
        }
    };
    Ok(looks_right(made, format).await?.map(Made::from))
}

async fn metadata(output: &Path, directory: &Path) -> Result<Option<Made>, ConversionError> {
    if !is_file(output) {
        return Ok(None);
    }
    let text = tokio::fs::read(output).await?;
    let mut object = match serde_json::from_slice(&text) {
        Ok(Value::Array(all)) => all.into_iter().next(),
        Ok(value) => Some(value),
        Err(_) => None,
    };
    // Where a file was here says nothing of it.
    let inside = directory.to_string_lossy();
    let is_path = |value: &Value| value.as_str().is_some_and(|text| text.contains(&*inside));
    object
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .for_each(|it| it.retain(|_, value| !is_path(value)));
    let object = object.filter(Value::is_object);
    let result = object.map(|object| Map::from_iter([("metadata".to_owned(), object)]));
    Ok(result.map(|result| Made { result, ..Made::default() }))
}

/// Programs end with success whatever happens: only a result that looks right is one.
async fn looks_right(
    made: Vec<PathBuf>,
    format: Format,
) -> Result<Option<Vec<PathBuf>>, ConversionError> {
    let looks = move || {
        let is_right = |path: &PathBuf| is_file(path) && looks_like(path, format);
        Some(made).filter(|made| !made.is_empty() && made.iter().all(is_right))
    };
    Ok(tokio::task::spawn_blocking(looks).await.map_err(std::io::Error::from)?)
}

/// A picture may hold no text.
fn looks_like(path: &Path, format: Format) -> bool {
    match detect(path, None, Some(format)) {
        Err(DetectError::Empty) => format == Format::TXT,
        found => found.is_ok(),
    }
}

/// A link could lead to any file of this machine.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|it| it.is_file())
}

/// Returns the files of a directory, by the last number of their names.
fn files(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = entries.collect::<std::io::Result<Vec<_>>>()?;
    files.sort_by_cached_key(|path| (number(path), path.clone()));
    Ok(files)
}

fn number(path: &Path) -> Option<u64> {
    let stem = path.file_stem()?.to_str()?;
    let digits = stem.trim_end_matches(|last: char| last.is_ascii_digit()).len();
    stem[digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_by_number() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["page-10.png", "page-9.png", "page-2.png"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names = files(folder.path()).unwrap();
        let names: Vec<_> =
            names.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["page-2.png", "page-9.png", "page-10.png"]);
    }
}
