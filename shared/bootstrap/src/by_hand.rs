//! What an image is asked before it is deployed, by whoever makes it: which engines it has, and whether
//! they work.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use engines::{CONVERT, Catalogue, Conversion, Format, Progress, Source};
use worker::Error;

/// What the arguments of a function ask for, beside serving.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `engines`: the line that the template's parameter `Engines` wants.
    Engines,
    /// `convert INPUT OUTPUT`: one conversion, done as a task's.
    Convert(PathBuf, PathBuf),
}

impl Asked {
    /// Understands the arguments; none when the function is to serve.
    pub(crate) fn of(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let arguments: Vec<_> = arguments.into_iter().skip(1).collect();
        match arguments.as_slice() {
            [word] if word == "engines" => Some(Self::Engines),
            [word, input, output] if word == "convert" => {
                Some(Self::Convert(input.into(), output.into()))
            }
            _ => None,
        }
    }

    /// Does it.
    pub(crate) async fn answer(self, catalogue: &Catalogue) -> Result<(), Error> {
        match self {
            Self::Engines => println!("{}", catalogue.programs()),
            Self::Convert(input, output) => convert(catalogue, &input, &output).await?,
        }
        Ok(())
    }
}

async fn convert(catalogue: &Catalogue, input: &Path, output: &Path) -> Result<(), Error> {
    let directory = tempfile::tempdir()?;
    let source = Source {
        path: input.to_owned(),
        name: input.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        task: String::new(),
        format: format(input)?,
    };
    let conversion = Conversion {
        operation: CONVERT.to_owned(),
        sources: vec![source],
        output_format: format(output)?,
        options: serde_json::Map::new(),
        directory: directory.path().to_owned(),
        engine: None,
    };
    let made = catalogue.convert(conversion, &Progress::default()).await?.made;
    let file = made.files.into_iter().next().ok_or("nothing came of it")?;
    tokio::fs::copy(file.path, output).await?;
    Ok(())
}

/// Returns the format that the extension of a path names.
fn format(path: &Path) -> Result<Format, Error> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    Format::parse(&extension).ok_or_else(|| format!("{}: unknown format", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> Option<Asked> {
        Asked::of(arguments.iter().map(OsString::from))
    }

    #[test]
    fn a_function_serves_unless_it_is_asked_something() {
        assert_eq!(asked(&["run-task"]), None);
        assert_eq!(asked(&["run-task", "engines"]), Some(Asked::Engines));
        let convert = Asked::Convert("a.docx".into(), "b.pdf".into());
        assert_eq!(asked(&["run-task", "convert", "a.docx", "b.pdf"]), Some(convert));
    }

    #[tokio::test]
    async fn a_file_is_converted() {
        let directory = tempfile::tempdir().unwrap();
        let [input, output] = ["a.md", "b.html"].map(|name| directory.path().join(name));
        std::fs::write(&input, "# Hello").unwrap();
        convert(&Catalogue::embedded(), &input, &output).await.unwrap();
        assert!(std::fs::read_to_string(output).unwrap().contains("<h1>Hello</h1>"));
        let wrong = convert(&Catalogue::embedded(), &input, Path::new("b.what")).await;
        assert_eq!(wrong.unwrap_err().to_string(), "b.what: unknown format");
    }
}
