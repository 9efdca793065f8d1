use std::path::{Path, PathBuf};

use domain::{Code, Failure, FileName, Output};
use engines::{Catalogue, Conversion, ConversionError, DetectError, Format, Progress, Source};
use files::FilesError;
use serde_json::{Map, Value};

use super::{Process, name};
use crate::run::{Bench, Given, Stop};

/// What engines have made so far.
#[derive(Default)]
struct Results {
    files: Vec<(FileName, PathBuf)>,
    engine: Option<(String, String)>,
    details: Map<String, Value>,
}

impl Process {
    /// Has an engine do it: with one file after the other, or with all at once.
    pub(super) async fn process(
        &self,
        bench: &Bench<'_>,
        inputs: &[Given],
    ) -> Result<Output, Stop> {
        let groups = self.groups(bench, inputs).await?;
        let count = groups.len();
        let mut results = Results::default();
        for (number, group) in groups.into_iter().enumerate() {
            let directory = bench.directory.join(format!("output-{number}"));
            let progress = bench.progress.file(number, count);
            self.one(bench, (group, directory), &progress, &mut results).await?;
        }
        let names = name::all(results.files.iter().map(|(name, _)| name));
        let made = names.into_iter().zip(results.files.iter().map(|(_, path)| path.as_path()));
        let output = bench.store(made).await?;
        Ok(Output { engine: results.engine, details: results.details, ..output })
    }

    /// Returns the files for each run of an engine: what is done with them, and what it is done with.
    async fn groups<'a>(
        &self,
        bench: &Bench<'_>,
        inputs: &'a [Given],
    ) -> Result<Vec<Vec<Source>>, Stop> {
        let (tools, inputs): (Vec<_>, Vec<_>) =
            inputs.iter().partition(|given| self.is_tool(given));
        let files = |given: &[&Given]| given.iter().map(|given| given.files.len()).sum::<usize>();
        let count = files(&inputs);
        let of = |given: &'a Given| given.files.iter().map(move |file| (given, file));
        let (tasks, all): (Vec<_>, Vec<_>) = inputs.into_iter().chain(tools).flat_map(of).unzip();
        let fetched = bench.fetch(&all).await?.into_iter().zip(tasks).enumerate();
        let mut sources = Vec::with_capacity(all.len());
        for (number, ((name, path), given)) in fetched {
            let format = self.detect(bench.catalogue, (&name, &path), number < count)?;
            let title = FileName::sanitize(&given.title);
            let task = title.map_or_else(|_| given.task.to_string(), |title| title.to_string());
            sources.push(Source { path, name: name.to_string(), task, format });
        }
        let tools = sources.split_off(count);
        if self.rule.joins {
            return Ok(vec![sources]);
        }
        Ok(sources.into_iter().map(|source| [vec![source], tools.clone()].concat()).collect())
    }

    /// Returns whether the files of a task are what the operation is done with, and not what it is done to.
    fn is_tool(&self, Given { task, title, .. }: &Given) -> bool {
        let id = task.to_string();
        let names = |field: &str| {
            let is_it =
                |value: &Value| value.as_str().is_some_and(|name| name == title || name == id);
            self.options.get(field).is_some_and(|value| {
                is_it(value) || value.as_array().is_some_and(|all| all.iter().any(is_it))
            })
        };
        self.rule.tool.is_some_and(names) && !names("input")
    }

    /// The content decides what a file is; what its user says, else its name, must agree.
    fn detect(
        &self,
        catalogue: &Catalogue,
        (name, path): (&FileName, &Path),
        is_input: bool,
    ) -> Result<Format, Stop> {
        let declared = self.input_format.filter(|_| is_input);
        match engines::detect(path, Some(name.as_str()), declared) {
            Ok(format) => Ok(format),
            Err(DetectError::PasswordRequired) if self.options.contains_key("password") => {
                let claimed = declared.or_else(|| Format::from_file_name(name.as_str()));
                claimed.ok_or_else(|| undetected(DetectError::PasswordRequired))
            }
            // What takes anything takes this, too.
            Err(error) if catalogue.choose(self.wanted(Format::BIN), (None, None)).is_err() => {
                Err(undetected(error))
            }
            Err(_) => Ok(Format::BIN),
        }
    }

    /// Has an engine do it with one group of files.
    async fn one(
        &self,
        bench: &Bench<'_>,
        (sources, directory): (Vec<Source>, PathBuf),
        progress: &Progress,
        results: &mut Results,
    ) -> Result<(), Stop> {
        let Some(Source { name, format, .. }) = sources.first().cloned() else {
            return Err(fail(Code::InvalidFile, "there are no files to do this with"));
        };
        let chosen = self.choose(bench.catalogue, format).map_err(|it| failed(it.into()))?;
        tokio::fs::create_dir(&directory).await.map_err(FilesError::from)?;
        let conversion = Conversion {
            operation: self.rule.path.to_owned(),
            sources,
            output_format: self.wanted(format).output,
            options: self.options.clone(),
            directory,
            engine: Some(chosen.engine.name.to_owned()),
        };
        let extension = conversion.output_format.extension();
        let output = bench.catalogue.convert(conversion, progress).await.map_err(failed)?;
        let usual = self.usual_name(&name, extension)?;
        results.files.extend(output.made.files.into_iter().map(|product| {
            let own = product.name.and_then(|name| FileName::sanitize(&name).ok());
            (own.unwrap_or_else(|| usual.clone()), product.path)
        }));
        results.engine = Some((output.engine.to_owned(), output.version));
        results.details.extend(output.made.result);
        Ok(())
    }

    /// Returns what a result is called unless its engine names it.
    fn usual_name(&self, input: &str, extension: &str) -> Result<FileName, Stop> {
        let input = FileName::sanitize(input)
            .map_err(|_| fail(Code::InvalidFilename, "the file has no usable name"))?;
        let kept = !self.rule.asks_output;
        let named = || if kept { input.clone() } else { input.with_extension(extension) };
        Ok(self.filename.clone().unwrap_or_else(named))
    }
}

fn undetected(error: DetectError) -> Stop {
    match error {
        DetectError::Unreadable(error) => Stop::Unavailable(FilesError::Disk(error)),
        DetectError::PasswordRequired => fail(Code::PasswordRequired, &error.to_string()),
        DetectError::Unknown { .. } => fail(Code::InvalidConversionType, &error.to_string()),
        DetectError::Empty | DetectError::Mismatch { .. } | DetectError::Unlike { .. } => {
            fail(Code::InvalidFile, &error.to_string())
        }
    }
}

pub(crate) fn failed(error: ConversionError) -> Stop {
    let message = error.to_string();
    match error {
        ConversionError::InvalidFile(_) => fail(Code::InvalidFile, &message),
        ConversionError::InvalidConversionType(_) => fail(Code::InvalidConversionType, &message),
        ConversionError::PasswordRequired | ConversionError::WrongPassword => {
            fail(Code::PasswordRequired, &message)
        }
        ConversionError::TooLarge(_) => fail(Code::FileTooLarge, &message),
        ConversionError::InvalidOption { .. } | ConversionError::Failed(_) => {
            fail(Code::ConversionFailed, &message)
        }
        ConversionError::Internal(error) => Stop::Unavailable(FilesError::Disk(error)),
    }
}

fn fail(code: Code, message: &str) -> Stop {
    // What begins with the name of a format stays as formats are written.
    let sentence =
        if code == Code::InvalidConversionType { message.to_owned() } else { capitalized(message) };
    Stop::Failed(Failure::new(code, sentence))
}

/// Begins a sentence with what an engine says in the middle of one.
fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
