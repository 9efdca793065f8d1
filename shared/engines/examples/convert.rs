//! Does one operation in this process and says how long it took, for benchmarks:
//! `cargo run --release -p engines --features run --example convert -- [operation=thumbnail] IN… OUT [option=value]…`
//!
//! Prints the milliseconds, the peak memory in KiB, the engine and the results' bytes. Formats follow from the names.

use std::path::{Path, PathBuf};
use std::time::Instant;

use engines::{CONVERT, Catalogue, Conversion, Format, Progress, Source};
use serde_json::{Map, Value};

type Error = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "a program reads its own environment")]
async fn main() -> Result<(), Error> {
    let (options, mut files): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|argument| argument.contains('='));
    let output = PathBuf::from(files.pop().ok_or("IN and OUT are missing")?);
    let options: Map<String, Value> = options.iter().filter_map(|option| parse(option)).collect();
    let text = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
    let directory = output.with_extension("work");
    std::fs::create_dir_all(&directory)?;
    let conversion = Conversion {
        operation: text("operation").unwrap_or_else(|| CONVERT.to_owned()),
        sources: files.iter().map(|file| source(file)).collect::<Result<_, _>>()?,
        output_format: format(&output)?,
        engine: text("engine"),
        options,
        directory: directory.clone(),
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let catalogue = Catalogue::probe(&path).await;
    let begun = Instant::now();
    let made = catalogue.convert(conversion, &Progress::default()).await?;
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    let bytes: u64 = made
        .made
        .files
        .iter()
        .filter_map(|file| file.path.metadata().ok())
        .map(|it| it.len())
        .sum();
    if let Some(first) = made.made.files.first() {
        std::fs::rename(&first.path, &output)?;
    }
    std::fs::remove_dir_all(directory)?;
    println!(
        "{milliseconds:.1} ms, {} KiB, {} {}, {bytes} bytes",
        peak()?,
        made.engine,
        made.version
    );
    Ok(())
}

fn parse(option: &str) -> Option<(String, Value)> {
    let (name, value) = option.split_once('=')?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Some((name.to_owned(), value))
}

fn source(file: &str) -> Result<Source, Error> {
    let path = PathBuf::from(file);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("input").to_owned();
    Ok(Source { format: format(&path)?, path, name })
}

fn format(path: &Path) -> Result<Format, Error> {
    let name = path.to_str().unwrap_or_default();
    Format::from_file_name(name).ok_or_else(|| format!("{name} has no known format").into())
}

/// Returns the most memory that this process has had, in KiB.
fn peak() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?.parse()?)
}
