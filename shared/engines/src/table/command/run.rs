use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::CAPTURE;
use crate::conversion::{Job, Made, Product, Source};
use crate::process::Ended;
use crate::{ConversionError, OptionSpec};

/// Where the inputs are, a folder for each task.
const INPUT: &str = "input";

/// Where the results are.
pub(in super::super) const OUTPUT: &str = "output";

/// The most files that one command may leave.
const MOST_FILES: usize = 1_000;

/// Puts the files where the user expects them. Here alone users' names are on the disk, made safe, because they are
/// written in the arguments.
pub(in super::super) async fn place(job: &Job, directory: &Path) -> io::Result<Vec<String>> {
    let mut placed = Vec::new();
    for Source { path, name, task, .. } in &job.conversion.sources {
        let folder = directory.join(INPUT).join(task);
        tokio::fs::create_dir_all(&folder).await?;
        tokio::fs::copy(path, folder.join(name)).await?;
        placed.push(format!("{INPUT}/{task}/{name}"));
    }
    Ok(placed)
}

/// Returns the words of a line as the program gets them.
pub(in super::super) fn words(line: &str) -> Vec<String> {
    let words = shlex::split(line).unwrap_or_default();
    words.iter().map(|word| relative(&relative(word, INPUT), OUTPUT)).collect()
}

/// Makes each `/input/` relative that begins a path, wherever in an argument that is.
fn relative(word: &str, folder: &str) -> String {
    let absolute = format!("/{folder}/");
    let mut made = String::with_capacity(word.len());
    for (number, part) in word.split(&absolute).enumerate() {
        let inside = |last: char| last.is_alphanumeric() || "._-/~".contains(last);
        match number {
            0 => {}
            _ if made.ends_with(inside) => made.push_str(&absolute),
            _ => made.push_str(&absolute[1..]),
        }
        made.push_str(part);
    }
    made
}

/// Returns the executable that the user names, which is beside the engine's own.
pub(in super::super) fn executable(
    job: &Job,
    program: &Path,
    command: &OptionSpec,
) -> Result<PathBuf, ConversionError> {
    let name = command.text(&job.conversion.options).unwrap_or_default();
    let path = program.with_file_name(&name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(ConversionError::Failed(format!("{name} is not installed")))
    }
}

/// Returns what the program has left in `/output/`, and what it said if that is asked for.
pub(in super::super) fn collect(
    job: &Job,
    output: &Path,
    ended: &Ended,
) -> Result<Made, ConversionError> {
    let mut files = results(output)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let captures = CAPTURE.flag(&job.conversion.options);
    match (files.len(), captures) {
        (0, false) => Err(ConversionError::Failed("the command left nothing in /output/".into())),
        (MOST_FILES.., _) => {
            Err(ConversionError::TooLarge(format!("the command left over {MOST_FILES} files")))
        }
        (_, captures) => Ok(Made { files, result: said(ended, captures) }),
    }
}

fn results(folder: &Path) -> io::Result<Vec<Product>> {
    let entry = |entry: io::Result<std::fs::DirEntry>| {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        Ok(Product { path: entry.path(), name: Some(name) })
    };
    std::fs::read_dir(folder)?.take(MOST_FILES).map(entry).collect()
}

fn said(ended: &Ended, captures: bool) -> Map<String, Value> {
    let text = || Value::from(format!("{}{}", ended.stdout, ended.stderr));
    captures.then(|| ("output".to_owned(), text())).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_a_command_are_relative_wherever_they_are_written() {
        let check = |line: &str, expected: &[&str]| assert_eq!(words(line), expected, "{line}");
        check("-i /input/a/b.mp4 /output/c.gif", &["-i", "input/a/b.mp4", "output/c.gif"]);
        check("-vf 'subtitles=/input/a/b c.srt'", &["-vf", "subtitles=input/a/b c.srt"]);
        check("png:/input/a/b.png", &["png:input/a/b.png"]);
        check("/input/a/input/b /input/input/b", &["input/a/input/b", "input/input/b"]);
        check("/tmp/input/a ~/output/b", &["/tmp/input/a", "~/output/b"]);
        check("/inputs/a /input", &["/inputs/a", "/input"]);
    }
}
