use domain::FileName;
use engines::{Catalogue, Format, Pair, Unsupported};
use serde_json::{Map, Value};

use crate::description::{Description, FILENAME, INPUT, Parameter, ParameterKind, TIME};
use crate::fields::Fields;

/// Makes files of another format of the inputs' files.
#[derive(Clone, Debug, PartialEq)]
pub struct Convert {
    /// What the files are said to be; else their names say it, and their content decides.
    pub input_format: Option<Format>,
    /// What they become.
    pub output_format: Format,
    /// The engine that must do it, or the best one.
    pub engine: Option<String>,
    /// The version that the engine must have, or its first parts.
    pub engine_version: Option<String>,
    /// What the result is called; `%d` in it is its number when there are several.
    pub filename: Option<FileName>,
    /// The engine's options, among other members of the payload.
    pub options: Map<String, Value>,
}

const INPUT_FORMAT: Parameter = Parameter::optional(
    "input_format",
    ParameterKind::Format,
    "What the files are; else their names and content say it.",
);

const OUTPUT_FORMAT: Parameter =
    Parameter::required("output_format", ParameterKind::Format, "What the files become.");

const ENGINE: Parameter = Parameter::optional(
    "engine",
    ParameterKind::String,
    "The engine that must do it; else the best one does.",
);

const ENGINE_VERSION: Parameter = Parameter::optional(
    "engine_version",
    ParameterKind::String,
    "The version that the engine must have, or its first parts.",
);

const RESULT_NAME: Parameter = Parameter {
    description: "The name of the result; %d in it is its number when there are several.",
    ..FILENAME
};

impl Convert {
    pub(crate) const DESCRIPTION: Description = Description {
        path: "convert",
        summary: "Makes files of another format of the files.",
        parameters: &[
            INPUT,
            INPUT_FORMAT,
            OUTPUT_FORMAT,
            ENGINE,
            ENGINE_VERSION,
            RESULT_NAME,
            TIME,
        ],
    };

    pub(crate) fn parse(fields: &mut Fields<'_>, catalogue: &Catalogue) -> Option<Self> {
        let input = format(fields, "input_format", false);
        let output = format(fields, "output_format", true);
        let engine = fields.text("engine");
        let version = fields.text("engine_version").filter(|version| !version.is_empty());
        let filename = fields.file_name("filename");
        let output_format = output?;
        let choose = |input| catalogue.choose(input, output_format, (engine, version));
        let chosen = input.map(choose).transpose();
        let wrong = match &chosen {
            Ok(Some(pair)) => pair.check_options(fields.payload()),
            Ok(None) | Err(_) => catalogue.check_options(input, output_format, fields.payload()),
        };
        if let Err(unsupported) = chosen {
            fields.refuse(blamed(&unsupported), format!("{unsupported}."));
        }
        wrong.into_iter().for_each(|(field, message)| fields.refuse(&field, message));
        let [engine, engine_version] = [engine, version].map(|text| text.map(ToOwned::to_owned));
        let options = fields.payload().clone();
        Some(Self { input_format: input, output_format, engine, engine_version, filename, options })
    }

    /// Returns how the catalogue would do it with a file of this format.
    ///
    /// # Errors
    ///
    /// Why it would not.
    pub(crate) fn choose<'a>(
        &self,
        catalogue: &'a Catalogue,
        input: Format,
    ) -> Result<Pair<'a>, Unsupported> {
        let wanted = (self.engine.as_deref(), self.engine_version.as_deref());
        catalogue.choose(input, self.output_format, wanted)
    }
}

/// Returns the field that asks for what there is not.
fn blamed(unsupported: &Unsupported) -> &'static str {
    match unsupported {
        Unsupported::Input { .. } | Unsupported::Output { .. } | Unsupported::Missing { .. } => {
            "output_format"
        }
        Unsupported::Engine { .. } => "engine",
        Unsupported::Version { .. } => "engine_version",
    }
}

fn format(fields: &mut Fields<'_>, field: &str, required: bool) -> Option<Format> {
    let text = if required { fields.required_text(field) } else { fields.text(field) }?;
    let format = Format::parse(text);
    if format.is_none() {
        fields.refuse(field, format!("The {} {text} is not supported.", field.replace('_', " ")));
    }
    format
}

/// Begins a sentence with what an engine says in the middle of one.
#[cfg(feature = "run")]
fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(feature = "run")]
mod run {
    use std::path::{Path, PathBuf};

    use domain::{Code, Failure, File, FileName, Output};
    use engines::{Conversion, ConversionError, DetectError, Format, Progress};
    use files::FilesError;

    use super::{Convert, capitalized};
    use crate::run::{Bench, Stop};

    impl Convert {
        /// Converts one file after the other.
        pub(crate) async fn run(&self, bench: &Bench<'_>, inputs: &[File]) -> Result<Output, Stop> {
            let mut made = Vec::new();
            let mut engine = None;
            let fetched = bench.fetch(inputs).await?;
            let count = fetched.len();
            for (number, (name, path)) in fetched.into_iter().enumerate() {
                let progress =
                    if count == 1 { bench.progress.clone() } else { Progress::default() };
                let output = self.convert(bench, (&name, path), &progress).await?;
                engine = Some((output.engine.to_owned(), output.version));
                made.extend(output.files.into_iter().map(|file| (name.clone(), file)));
                bench.progress.set(u8::try_from((number + 1) * 99 / count).unwrap_or(99));
            }
            let output = bench.finish(self.store(bench, made).await?).await?;
            Ok(Output { engine, ..output })
        }

        async fn convert(
            &self,
            bench: &Bench<'_>,
            (name, input): (&FileName, PathBuf),
            progress: &Progress,
        ) -> Result<engines::Output, Stop> {
            let input_format = self.detect(name, &input)?;
            let chosen = self.choose(bench.catalogue, input_format);
            let engine = chosen.map_err(|unsupported| failed(unsupported.into()))?.engine.name;
            let directory = input.with_extension("out");
            tokio::fs::create_dir(&directory).await.map_err(FilesError::from)?;
            let conversion = Conversion {
                input,
                input_format,
                output_format: self.output_format,
                options: self.options.clone(),
                directory,
                engine: Some(engine.to_owned()),
            };
            bench.catalogue.convert(conversion, progress).await.map_err(failed)
        }

        /// The content decides what a file is; what its user says, else its name, must agree.
        fn detect(&self, name: &FileName, input: &Path) -> Result<Format, Stop> {
            engines::detect(input, Some(name.as_str()), self.input_format).map_err(undetected)
        }

        async fn store(
            &self,
            bench: &Bench<'_>,
            made: Vec<(FileName, PathBuf)>,
        ) -> Result<Vec<File>, Stop> {
            let mut files = Vec::with_capacity(made.len());
            let several = made.len() > 1;
            for (index, (name, path)) in made.into_iter().enumerate() {
                let name = self.result_name(&name, several.then_some(index + 1));
                let key = files::result_key(bench.task, bench.run, index + 1);
                files.push(bench.files.upload(key, name, &path).await?);
            }
            Ok(files)
        }

        /// Returns what a result is called: `report.pdf`, or `report-3.png` when there are several.
        fn result_name(&self, input: &FileName, number: Option<usize>) -> FileName {
            let wanted = self.filename.clone();
            let name =
                wanted.unwrap_or_else(|| input.with_extension(self.output_format.extension()));
            let Some(number) = number else { return name };
            let numbered = match name.as_str() {
                template if template.contains("%d") => {
                    template.replacen("%d", &number.to_string(), 1)
                }
                plain => match name.extension() {
                    Some(extension) => format!("{}-{number}.{extension}", name.stem()),
                    None => format!("{plain}-{number}"),
                },
            };
            FileName::sanitize(&numbered).unwrap_or(name)
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

    fn failed(error: ConversionError) -> Stop {
        let message = error.to_string();
        match error {
            ConversionError::InvalidFile(_) => fail(Code::InvalidFile, &message),
            ConversionError::InvalidConversionType(_) => {
                fail(Code::InvalidConversionType, &message)
            }
            ConversionError::PasswordRequired => fail(Code::PasswordRequired, &message),
            ConversionError::TooLarge(_) => fail(Code::FileTooLarge, &message),
            ConversionError::InvalidOption { .. } | ConversionError::Failed(_) => {
                fail(Code::ConversionFailed, &message)
            }
            ConversionError::Internal(error) => Stop::Unavailable(FilesError::Disk(error)),
        }
    }

    fn fail(code: Code, message: &str) -> Stop {
        // What begins with the name of a format stays as formats are written.
        let sentence = if code == Code::InvalidConversionType {
            message.to_owned()
        } else {
            capitalized(message)
        };
        Stop::Failed(Failure::new(code, sentence))
    }
}

#[cfg(test)]
mod tests;
