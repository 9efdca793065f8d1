//! Whether anything of what must not be reached is in a result.

use std::io::{Cursor, Read};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::Trap;
use crate::testing::{is_clear, peer};
use crate::{ConversionError, Format, Output};

/// The colour of the picture that must not be reached, which nothing else has.
pub(super) const COLOUR: image::Rgb<u8> = image::Rgb([201, 13, 177]);

/// What a program's environment holds, and ours may have in common with it.
const COMMON: [&str; 4] = ["HOME", "LANG", "PATH", "TMPDIR"];

pub(super) fn of(trap: &Trap, output: &Output) -> Option<String> {
    let told = serde_json::to_vec(&output.made.result).unwrap();
    let within = |part: &Vec<u8>| secrets(trap).into_iter().find(|it| contains(part, it));
    let parts = output.made.files.iter().flat_map(|file| parts(&file.path)).chain([told]);
    let leaked = parts.collect::<Vec<_>>().iter().find_map(within);
    let leaked = leaked.map(|secret| format!("{} came out", String::from_utf8_lossy(&secret)));
    let seen = || output.made.files.iter().any(|file| is_seen(&file.path));
    leaked.or_else(|| seen().then(|| "the picture is seen".to_owned()))
}

pub(super) fn of_error(trap: &Trap, error: &ConversionError) -> Option<String> {
    let text = error.to_string();
    let good = is_clear(error) && !text.contains(&trap.word);
    (!good).then(|| format!("{text} ({error:?})"))
}

/// Returns all that must not come out: the text, the picture as it is and as pages hold it, our environment.
fn secrets(trap: &Trap) -> Vec<Vec<u8>> {
    let picture = std::fs::read(trap.file("secret.png")).unwrap();
    let written = BASE64_STANDARD.encode(&picture).as_bytes()[..80].to_vec();
    let environment = std::fs::read("/proc/self/environ").unwrap_or_default();
    let ours = |entry: &&[u8]| {
        let name = entry.split(|byte| *byte == b'=').next().unwrap_or_default();
        entry.len() > 20 && COMMON.iter().all(|common| common.as_bytes() != name)
    };
    let environment = environment.split(|byte| *byte == 0).filter(ours).map(<[u8]>::to_vec);
    [trap.word.as_bytes().to_vec(), picture[..60].to_vec(), written]
        .into_iter()
        .chain(environment)
        .collect()
}

/// Returns a file, and what is packed in it.
fn parts(path: &Path) -> Vec<Vec<u8>> {
    let whole = std::fs::read(path).unwrap();
    let name = path.to_str().unwrap();
    let mut parts = Vec::new();
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(&whole)) {
        for at in 0..archive.len() {
            let mut part = Vec::new();
            // What does not unpack holds nothing that anybody reads.
            let _ = archive.by_index(at).map(|mut entry| entry.read_to_end(&mut part));
            parts.push(part);
        }
    } else if whole.starts_with(b"%PDF") {
        parts.extend(peer("qpdf", &["--qdf", "--object-streams=disable", name, "-"]));
        parts.extend(peer("pdftotext", &[name, "-"]));
    }
    parts.push(whole);
    parts
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Returns whether the picture is seen in another, or on a page.
fn is_seen(path: &Path) -> bool {
    let name = path.to_str().unwrap();
    let drawn = match Format::from_file_name(name) {
        Some(Format::PDF) => peer("pdftoppm", &["-r", "40", name]).map(|drawn| {
            let picture = image::load_from_memory(&drawn);
            picture.is_ok_and(|picture| has_colour(&picture))
        }),
        Some(_) | None => image::open(path).ok().map(|picture| has_colour(&picture)),
    };
    drawn.unwrap_or(false)
}

fn has_colour(picture: &image::DynamicImage) -> bool {
    let near = |pixel: &image::Rgb<u8>| {
        pixel.0.iter().zip(COLOUR.0).all(|(one, other)| one.abs_diff(other) < 12)
    };
    picture.to_rgb8().pixels().any(near)
}

#[test]
fn a_leak_is_seen() {
    let trap = Trap::new();
    let check = |name: &str, content: &[u8]| {
        let path = trap.file(name);
        std::fs::write(&path, content).unwrap();
        let output = Output { engine: "", version: String::new(), made: path.into() };
        of(&trap, &output).is_some()
    };
    let [text, picture] =
        ["secret.txt", "secret.png"].map(|name| std::fs::read(trap.file(name)).unwrap());
    assert!(check("a.txt", &[b"before ", &text[..]].concat()));
    assert!(check(
        "a.html",
        format!("<img src='data:{}'>", BASE64_STANDARD.encode(&picture)).as_bytes()
    ));
    assert!(check("a.docx", &super::packages::package(&[("word/document.xml", &trap.word)])));
    image::open(trap.file("secret.png")).unwrap().thumbnail(9, 9).save(trap.file("b.jpg")).unwrap();
    assert!(check("a.jpg", &std::fs::read(trap.file("b.jpg")).unwrap()));
    assert!(check("a.txt", &secrets(&trap).pop().unwrap()));
    assert!(!check("a.txt", b"before"));
}
