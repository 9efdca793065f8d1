//! Does one operation, confined as a worker does it, and says how long it took, for benchmarks:
//! `cargo run --release -p engines --features run --example convert -- [operation=thumbnail] IN… OUT [option=value]…`
//!
//! With `lines=true` it does the operation once for each line of its standard input. Each time it prints the
//! milliseconds, the engine and the results' bytes. Formats follow from the names.

use std::io::stdin;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use engines::{CONVERT, Catalogue, Conversion, Format, Limits, Progress, Source};
use serde_json::{Map, Value};

type Error = Box<dyn std::error::Error>;

/// What is to be done, and where the first result goes.
struct Wish {
    conversion: Conversion,
    output: PathBuf,
}

fn main() -> Result<ExitCode, Error> {
    match engines::child(std::env::args_os()) {
        Some(code) => Ok(code),
        None => work(std::env::args().skip(1)),
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "a program reads its own environment")]
async fn work(arguments: impl Iterator<Item = String>) -> Result<ExitCode, Error> {
    let wish = Wish::read(arguments)?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let catalogue = Catalogue::probe(&path).await;
    let catalogue = catalogue.isolated(std::env::current_exe()?, Limits::default());
    if wish.conversion.options.contains_key("lines") {
        while stdin().read_line(&mut String::new())? > 0 {
            wish.fulfil(&catalogue).await?;
        }
    } else {
        wish.fulfil(&catalogue).await?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Wish {
    fn read(arguments: impl Iterator<Item = String>) -> Result<Self, Error> {
        let (options, mut files): (Vec<_>, Vec<_>) =
            arguments.partition(|argument| argument.contains('='));
        let output = PathBuf::from(files.pop().ok_or("IN and OUT are missing")?);
        let options: Map<_, _> = options.iter().filter_map(|option| parse(option)).collect();
        let text = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
        let conversion = Conversion {
            operation: text("operation").unwrap_or_else(|| CONVERT.to_owned()),
            sources: files.iter().map(|file| source(file)).collect::<Result<_, _>>()?,
            output_format: format(&output)?,
            engine: text("engine"),
            options,
            directory: output.with_extension("work"),
        };
        Ok(Self { conversion, output })
    }

    async fn fulfil(&self, catalogue: &Catalogue) -> Result<(), Error> {
        let conversion = self.conversion.clone();
        std::fs::create_dir_all(&conversion.directory)?;
        let begun = Instant::now();
        let output = catalogue.convert(conversion, &Progress::default()).await?;
        let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
        let files = output.made.files;
        let sizes = files.iter().map(|file| Ok(file.path.metadata()?.len()));
        let bytes: u64 = sizes.sum::<Result<_, std::io::Error>>()?;
        if let Some(first) = files.first() {
            std::fs::rename(&first.path, &self.output)?;
        }
        std::fs::remove_dir_all(&self.conversion.directory)?;
        println!("{milliseconds:.1} ms, {} {}, {bytes} bytes", output.engine, output.version);
        Ok(())
    }
}

fn parse(option: &str) -> Option<(String, Value)> {
    let (name, value) = option.split_once('=')?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Some((name.to_owned(), value))
}

fn source(file: &str) -> Result<Source, Error> {
    let path = PathBuf::from(file);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("input").to_owned();
    Ok(Source { format: format(&path)?, path, name, task: "given".to_owned() })
}

fn format(path: &Path) -> Result<Format, Error> {
    let name = path.to_str().unwrap_or_default();
    Format::from_file_name(name).ok_or_else(|| format!("{name} has no known format").into())
}
