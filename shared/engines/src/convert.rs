//! Doing one conversion: choosing the engine, looking at the files, and giving them to the engine.

use std::path::Path;

use crate::conversion::{Conversion, ConversionError, Job, Made, Output, Product, Source};
use crate::engine::Run;
use crate::options::PASSWORD;
use crate::process::{Isolation, convert_apart};
use crate::{CONVERT, Catalogue, Engine, Format, OptionSpec, Pair, Progress, Wanted, detect};

impl Catalogue {
    /// Converts one file.
    ///
    /// Dropping the future kills what works on it with all its children. In a catalogue that is not isolated no program
    /// runs, and an embedded engine cannot be stopped: it runs to its end on a thread of its own, and its result is
    /// dropped.
    ///
    /// # Errors
    ///
    /// See [`ConversionError`]: all but its last variant are about the file or the request.
    pub async fn convert(
        &self,
        conversion: Conversion,
        progress: &Progress,
    ) -> Result<Output, ConversionError> {
        let chosen = (conversion.engine.as_deref(), None);
        let Pair { engine, version, options, .. } = self.choose(conversion.wanted(), chosen)?;
        let (conversion, progress) = self.bridge(conversion, progress).await?;
        check_options(options, &conversion)?;
        let version = version.to_owned();
        let program = self.installed(engine).and_then(|(_, program)| Some(program?.to_owned()));
        let unlocks = unlocks(options, &conversion);
        check_content(&conversion, unlocks).await?;
        let directory = conversion.directory.clone();
        let job = Job { conversion, program, progress: progress.clone() };
        let made =
            run(engine, job, self.isolation.as_ref()).await.map_err(|error| match error {
                ConversionError::PasswordRequired if unlocks => ConversionError::WrongPassword,
                error => error,
            })?;
        blocking(move || check_results(made, &directory)).await.map(|made| {
            progress.set(100);
            Output { engine: engine.name, version, made }
        })
    }

    /// Makes what an engine takes of the files that none takes as they are, and returns what is left of
    /// the progress.
    async fn bridge(
        &self,
        mut conversion: Conversion,
        progress: &Progress,
    ) -> Result<(Conversion, Progress), ConversionError> {
        let (count, mut left) = (conversion.sources.len(), progress.clone());
        for number in 0..count {
            let Source { format: input, .. } = conversion.sources[number];
            let wanted = Wanted { input, ..conversion.wanted() };
            let Ok(Some(via)) = self.choose(wanted, (None, None)).map(|pair| pair.via) else {
                continue;
            };
            let directory = conversion.directory.join(format!("bridge-{number}"));
            let step = Conversion {
                operation: CONVERT.to_owned(),
                sources: vec![conversion.sources[number].clone()],
                output_format: via,
                directory,
                engine: None,
                options: conversion.options.clone(),
            };
            let first = progress.part(0, 2).file(number, count);
            conversion.sources[number] = self.step(step, &first).await?;
            left = progress.part(1, 2);
        }
        Ok((conversion, left))
    }

    /// Converts a file on its way to what it shall become.
    async fn step(
        &self,
        conversion: Conversion,
        progress: &Progress,
    ) -> Result<Source, ConversionError> {
        tokio::fs::create_dir(&conversion.directory).await?;
        let (source, format) = (conversion.sources[0].clone(), conversion.output_format);
        // Boxed, because a conversion may itself have one on its way.
        let output = Box::pin(self.convert(conversion, progress)).await?;
        let made = output.made.files.into_iter().next();
        let path = made.ok_or_else(|| ConversionError::Failed("nothing came of a file".into()))?;
        Ok(Source { path: path.path, format, ..source })
    }
}

fn check_options(options: &[OptionSpec], conversion: &Conversion) -> Result<(), ConversionError> {
    match crate::options::check(options.iter(), &conversion.options).into_iter().next() {
        Some((field, message)) => Err(ConversionError::InvalidOption { field, message }),
        None => Ok(()),
    }
}

/// Returns whether the engine was given a password to open the file with.
fn unlocks(options: &[OptionSpec], conversion: &Conversion) -> bool {
    let takes = options.iter().any(|option| option.name == PASSWORD.name);
    takes && conversion.options.get(PASSWORD.name).is_some_and(|value| !value.is_null())
}

/// No engine may guess: LibreOffice, for one, makes a document even of random bytes.
async fn check_content(conversion: &Conversion, unlocks: bool) -> Result<(), ConversionError> {
    // What is given as anything may be anything.
    let known = conversion.sources.iter().filter(|it| it.format != Format::BIN);
    for Source { path, format, .. } in known {
        let (path, format) = (path.clone(), *format);
        let looked = blocking(move || Ok(detect(&path, None, Some(format)).map(drop)?)).await;
        match looked {
            // What is inside of it is seen by who opens it.
            Err(ConversionError::PasswordRequired) if unlocks => {}
            looked => looked?,
        }
    }
    Ok(())
}

async fn run(
    engine: &'static Engine,
    job: Job,
    isolation: Option<&Isolation>,
) -> Result<Made, ConversionError> {
    let Some(isolation) = isolation else { return run_here(engine, job).await };
    let files = job.conversion.sources.iter().map(|source| source.path.clone()).collect();
    isolation.around(files, run_here(engine, job)).await
}

async fn run_here(engine: &'static Engine, job: Job) -> Result<Made, ConversionError> {
    match (&engine.run, Isolation::current()) {
        (Run::Program(convert), _) => convert(job).await,
        (Run::Table(recipe), _) => crate::table::run(recipe, job).await,
        (Run::Embedded(_), Some(isolation)) => convert_apart(&isolation, engine.name, job).await,
        (Run::Embedded(convert), None) => blocking(move || convert(&job)).await,
    }
}

/// A program that a hostile file has taken over may leave a link instead of a result, to a file that it cannot read
/// itself; or a pipe that never ends.
pub(crate) fn check_results(made: Made, directory: &Path) -> Result<Made, ConversionError> {
    let directory = directory.canonicalize()?;
    for Product { path, .. } in &made.files {
        let is_file = path.symlink_metadata()?.is_file();
        if !is_file || !path.canonicalize()?.starts_with(&directory) {
            return Err(ConversionError::Failed(
                "the engine made something else than files".into(),
            ));
        }
    }
    Ok(made)
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConversionError> + Send + 'static,
) -> Result<T, ConversionError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => {
            Err(ConversionError::Failed("the engine failed on this file".into()))
        }
        Err(error) => Err(ConversionError::Internal(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Bench, sample};

    #[tokio::test]
    async fn the_engine_and_its_version_are_reported() {
        let bench = Bench::new();
        let output =
            bench.convert(sample("photo.png"), Format::PNG, Format::JPG, json!({})).await.unwrap();
        assert_eq!((output.engine, output.version.as_str()), ("image", env!("CARGO_PKG_VERSION")));
        assert_eq!(output.made.files.len(), 1);
        assert_eq!(bench.progress.get(), 100);
    }

    #[tokio::test]
    async fn a_bad_option_is_an_error_before_the_file_is_read() {
        let bench = Bench::new();
        let options = json!({"width": 0});
        let result = bench.convert("/nowhere".into(), Format::PNG, Format::JPG, options).await;
        let Err(ConversionError::InvalidOption { field, message }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(field, "width");
        assert_eq!(message, "The width must be an integer between 1 and 30000.");
    }

    #[tokio::test]
    async fn a_file_that_is_not_what_it_is_said_to_be_is_refused() {
        let bench = Bench::new();
        let result = bench.convert(sample("photo.png"), Format::JPG, Format::WEBP, json!({})).await;
        let Err(ConversionError::InvalidFile(text)) = result else { panic!("{result:?}") };
        assert_eq!(text, "declared jpg, but the content is png");
    }

    #[tokio::test]
    async fn an_unsupported_pair_names_what_is_possible() {
        let result =
            Bench::new().convert(sample("notes.md"), Format::MD, Format::PNG, json!({})).await;
        let Err(error) = result else { panic!("{result:?}") };
        assert!(matches!(error, ConversionError::InvalidConversionType(_)));
        let text = error.to_string();
        assert!(text.starts_with("md cannot be converted to png, only to html"), "{text}");
    }

    #[tokio::test]
    async fn a_missing_file_is_our_own_trouble_and_no_path_is_told() {
        let result =
            Bench::new().convert("/nowhere".into(), Format::PNG, Format::JPG, json!({})).await;
        let Err(error) = result else { panic!("{result:?}") };
        assert!(matches!(error, ConversionError::Internal(_)));
        assert_eq!(error.to_string(), "the conversion could not be carried out");
    }
}
