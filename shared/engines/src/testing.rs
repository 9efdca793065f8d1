//! What the engines' tests share: sample files, a bench to convert on, and small files made on the spot.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::testing::launcher;
use crate::{
    Availability, CONVERT, Catalogue, Conversion, ConversionError, Format, Limits, Output, Product,
    Progress, Source,
};

/// A directory and a catalogue to convert with.
pub(crate) struct Bench {
    pub(crate) directory: TempDir,
    pub(crate) catalogue: Catalogue,
    pub(crate) progress: Progress,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Catalogue::embedded())
    }

    pub(crate) fn with(catalogue: Catalogue) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let catalogue = catalogue.isolated_by(launcher(), Limits::default());
        Self { directory, catalogue, progress: Progress::default() }
    }

    /// Writes a file to convert.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) async fn convert(
        &self,
        input: PathBuf,
        input_format: Format,
        output_format: Format,
        options: Value,
    ) -> Result<Output, ConversionError> {
        self.process(CONVERT, &[(input, "input", input_format)], output_format, options).await
    }

    /// Does an operation with files, each with the name that users give it.
    pub(crate) async fn process(
        &self,
        operation: &str,
        sources: &[(PathBuf, &str, Format)],
        output_format: Format,
        options: Value,
    ) -> Result<Output, ConversionError> {
        let directory = tempfile::tempdir_in(self.directory.path()).unwrap().keep();
        let engine = options["engine"].as_str().map(str::to_owned);
        let options = options.as_object().unwrap().clone();
        let source = |(path, name, format): &(PathBuf, &str, Format)| Source {
            path: path.clone(),
            name: (*name).into(),
            task: "given".into(),
            format: *format,
        };
        let (operation, sources) = (operation.into(), sources.iter().map(source).collect());
        let conversion =
            Conversion { operation, sources, output_format, options, directory, engine };
        self.catalogue.convert(conversion, &self.progress).await
    }

    /// Does another operation with files of one format.
    pub(crate) async fn operate(
        &self,
        operation: &str,
        files: &[PathBuf],
        pair: (Format, Format),
        options: Value,
    ) -> Result<Output, ConversionError> {
        let directory = tempfile::tempdir_in(self.directory.path()).unwrap().keep();
        let source = |path: &PathBuf| Source {
            path: path.clone(),
            name: "input".into(),
            task: "given".into(),
            format: Format::from_file_name(path.to_str().unwrap()).unwrap_or(pair.0),
        };
        let conversion = Conversion {
            operation: operation.into(),
            sources: files.iter().map(source).collect(),
            output_format: pair.1,
            options: options.as_object().unwrap().clone(),
            directory,
            engine: None,
        };
        self.catalogue.convert(conversion, &self.progress).await
    }

    /// Converts to one file and returns its path.
    pub(crate) async fn file(
        &self,
        input: PathBuf,
        pair: (Format, Format),
        options: Value,
    ) -> PathBuf {
        let output = self.convert(input, pair.0, pair.1, options).await.unwrap();
        let [file] = <[Product; 1]>::try_from(output.made.files).unwrap();
        file.path
    }
}

/// Returns the path of a sample file.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/files").join(name)
}

/// Returns the catalogue of this machine, with the programs that are installed on it.
#[expect(
    clippy::disallowed_methods,
    reason = "which programs there are is a matter of this machine"
)]
pub(crate) async fn here() -> Catalogue {
    // Once for all tests: to ask every program in each of them would keep the machine busy with that.
    static HERE: tokio::sync::OnceCell<Catalogue> = tokio::sync::OnceCell::const_new();
    let probe = async || Catalogue::probe(&std::env::var_os("PATH").unwrap_or_default()).await;
    HERE.get_or_init(probe).await.clone()
}

/// Says whether these programs are here; a test that needs them is skipped if not, unless everything is required.
#[expect(
    clippy::disallowed_methods,
    reason = "which programs there are is a matter of this machine"
)]
pub(crate) fn are_here(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |name: &str| std::env::split_paths(&path).any(|it| it.join(name).is_file());
    let missing = programs.iter().find(|name| !is_here(name));
    missing.is_none_or(|name| !is_missing(name))
}

/// Says that something is missing, which is an error where everything must be here; true, for who asks.
fn is_missing(name: &str) -> bool {
    assert!(!everything_is_required(), "{name} is missing");
    eprintln!("skipped: {name} is missing");
    true
}

/// Returns a bench with the program of an engine, or nothing where that, or one of those that look at its results, is
/// missing and need not be here.
pub(crate) async fn bench_with(engine: &str, peers: &[&str]) -> Option<Bench> {
    let catalogue = here().await;
    let found = catalogue.engines().any(|(it, availability)| {
        it.name == engine && matches!(availability, Availability::Available { .. })
    });
    if (!found && is_missing(engine)) || !are_here(peers) {
        return None;
    }
    Some(Bench::with(catalogue))
}

/// Says whether a test may not be skipped, because this machine has all that the tests need.
#[expect(clippy::disallowed_methods, reason = "a setting of whoever runs the tests")]
pub(crate) fn everything_is_required() -> bool {
    std::env::var_os("RECAST_REQUIRE_ALL").is_some_and(|value| value == "1")
}

/// Returns whether users can be told of an error: it is about their file, and holds no paths and nothing that only we
/// understand.
pub(crate) fn is_clear(error: &ConversionError) -> bool {
    let (text, folder) = (error.to_string(), std::env::temp_dir());
    let ours = [folder.to_str().unwrap(), "panicked", "src/", "/proc"];
    !matches!(error, ConversionError::Internal(_)) && ours.iter().all(|part| !text.contains(part))
}

/// Runs a program that looks at what an engine made, and returns what it says.
///
/// None when the program is missing, and the test that asks is skipped unless everything is required.
pub(crate) fn peer<A: AsRef<OsStr>>(program: &str, arguments: &[A]) -> Option<Vec<u8>> {
    match std::process::Command::new(program).args(arguments).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{program}: {said}");
            Some(output.stdout)
        }
        Err(_) => {
            is_missing(program);
            None
        }
    }
}

/// Returns what a program says on standard output as text, or none if it is not here and need not be.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    Some(String::from_utf8_lossy(&peer(program, arguments)?).into_owned())
}
