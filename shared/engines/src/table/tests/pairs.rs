//! Every conversion that the programs of this machine promise, done once: what comes of one is what the next begins
//! with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::testing::{Bench, sample};
use crate::{CONVERT, Catalogue, DetectError, Format, Pair, detect};

/// Returns the catalogue of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "which programs there are is a matter of this machine"
)]
pub(super) async fn here() -> Catalogue {
    Catalogue::probe(&std::env::var_os("PATH").unwrap_or_default()).await
}

/// Formats that nothing here writes and of which there is no sample.
const NOWHERE: &[Format] = &[Format::ARW, Format::CR2, Format::DNG, Format::NEF];

/// Returns the files to begin with, by format.
fn samples(folder: &Path) -> BTreeMap<Format, PathBuf> {
    let names = [
        "photo.png",
        "photo.jpg",
        "drawing.svg",
        "notes.md",
        "report.docx",
        "table.csv",
        "table.xlsx",
    ];
    let mut samples: BTreeMap<_, _> =
        names.iter().map(|name| (Format::from_file_name(name).unwrap(), sample(name))).collect();
    let clip = folder.join("clip.mp4");
    if film(&clip) {
        samples.insert(Format::MP4, clip);
    }
    samples
}

/// Makes a second of film with sound.
fn film(to: &Path) -> bool {
    let arguments = [
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=128x96:rate=10:duration=1",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=440:duration=1",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-ac",
        "1",
    ];
    let made = Command::new("ffmpeg").args(arguments).arg(to).output();
    made.is_ok_and(|made| made.status.success())
}

async fn convert(bench: &Bench, pair: Pair<'_>, input: &Path) -> Result<PathBuf, String> {
    let options = json!({ "engine": pair.engine.name });
    let made = bench.convert(input.into(), pair.input, pair.output, options).await;
    let made = made.map_err(|error| format!("{error}: {error:?}"))?.made;
    let path = made.files.first().ok_or("nothing")?.path.clone();
    match detect(&path, None, Some(pair.output)) {
        // There is no text in a photo.
        Err(DetectError::Empty) if pair.engine.name == "tesseract" => {}
        found => drop(found.map_err(|error| error.to_string())?),
    }
    looks_right(&path, pair.output)?;
    Ok(path)
}

/// Returns what `file` says of the formats that it knows by one name each.
fn told(format: Format) -> &'static str {
    match format {
        Format::AIFF => "audio/x-aiff",
        Format::AVI => "video/x-msvideo",
        Format::BMP => "image/bmp",
        Format::DOCX => "wordprocessingml",
        Format::EPUB => "application/epub",
        Format::FLAC => "audio/flac",
        Format::FLV => "video/x-flv",
        Format::GIF => "image/gif",
        Format::JP2 => "image/jp2",
        Format::JPG => "image/jpeg",
        Format::MKV => "video/x-matroska",
        Format::MOV => "video/quicktime",
        Format::MP4 => "video/mp4",
        Format::ODT => "opendocument.text",
        Format::OGG | Format::OPUS => "/ogg",
        Format::PDF => "application/pdf",
        Format::PNG => "image/png",
        Format::PSD => "photoshop",
        Format::RTF => "text/rtf",
        Format::SVG => "image/svg",
        Format::TIFF => "image/tiff",
        Format::WAV => "audio/x-wav",
        Format::WEBM => "video/webm",
        Format::WEBP => "image/webp",
        _ => "",
    }
}

fn looks_right(path: &Path, format: Format) -> Result<(), String> {
    let Ok(output) = Command::new("file").args(["-b", "--mime-type"]).arg(path).output() else {
        return Ok(());
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if said.contains(told(format)) { Ok(()) } else { Err(format!("file says {said}")) }
}

#[tokio::test]
#[ignore = "takes minutes: `cargo test -p engines -- --ignored pairs`"]
async fn every_pair_of_every_program_makes_what_it_promises() {
    let bench = Bench::with(here().await);
    let is_promised = |pair: &Pair<'_>| {
        pair.operation == CONVERT && pair.engine.program.is_some() && pair.via.is_none()
    };
    let mut left: Vec<_> = bench.catalogue.pairs().into_iter().filter(is_promised).collect();
    let mut samples = samples(bench.directory.path());
    let mut failed = Vec::new();
    loop {
        let (now, later): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|pair| samples.contains_key(&pair.input));
        left = later;
        if now.is_empty() {
            break;
        }
        for pair in now {
            let name = format!("{}: {} to {}", pair.engine.name, pair.input, pair.output);
            let started = std::time::Instant::now();
            match convert(&bench, pair, &samples[&pair.input]).await {
                Ok(path) if path.metadata().unwrap().len() > 0 => {
                    samples.entry(pair.output).or_insert(path);
                }
                Ok(_) => {}
                Err(error) => failed.push(format!("{name}: {error}")),
            }
            println!("{name} {:?}", started.elapsed());
        }
    }
    left.retain(|pair| !NOWHERE.contains(&pair.input));
    failed.extend(left.iter().map(|pair| format!("no sample of {}", pair.input)));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
