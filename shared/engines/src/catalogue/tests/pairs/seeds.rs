//! The files of which all others are made.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Sample, Samples};
use crate::Format;
use crate::testing::{Bench, sample};

/// The sizes of the picture: small, for the slowest encoders are not optimised in tests.
pub(super) const SIDES: (u32, u32) = (40, 30);

/// Returns a file of each format that nothing here makes, and of those that would take longest to make.
pub(super) fn samples(bench: &Bench) -> Samples {
    let folder = bench.directory.path();
    let mut samples: Samples = [
        (Format::SVG, sample("drawing.svg"), Some("Recast")),
        (Format::MD, sample("notes.md"), Some("Coffee")),
        (Format::DOCX, sample("report.docx"), Some("opened")),
        (Format::CSV, sample("table.csv"), Some("green")),
        (Format::PDF, sample("pages.pdf"), Some("coffee")),
        (Format::PNG, picture(folder), None),
    ]
    .map(|(format, path, word)| (format, Sample { path, word }))
    .into();
    // Cameras' own formats are the one that may be read by all, under names that only the makers use.
    let raw = bench.write("raw.dng", unfinished());
    for format in [Format::ARW, Format::CR2, Format::DNG, Format::NEF] {
        samples.insert(format, Sample { path: raw.clone(), word: None });
    }
    for (format, path) in compressed(folder).into_iter().chain(film(folder)) {
        samples.insert(format, Sample { path, word: None });
    }
    samples
}

fn picture(folder: &Path) -> PathBuf {
    let colour = |x, y| image::Rgb([x as u8 * 6, y as u8 * 8, 90]);
    let path = folder.join("picture.png");
    image::RgbImage::from_fn(SIDES.0, SIDES.1, colour).save(&path).unwrap();
    path
}

/// Compresses a file by other programs; what is missing here makes nothing.
fn compressed(folder: &Path) -> Vec<(Format, PathBuf)> {
    let by = |(format, program): (Format, &str)| {
        let made = Command::new(program).arg("-c").arg(sample("notes.md")).output().ok()?;
        let path = folder.join(format!("notes.md.{format}"));
        std::fs::write(&path, made.stdout).ok().filter(|()| made.status.success())?;
        Some((format, path))
    };
    let programs =
        [(Format::BZ2, "bzip2"), (Format::GZ, "gzip"), (Format::XZ, "xz"), (Format::ZST, "zstd")];
    programs.into_iter().filter_map(by).collect()
}

/// Makes half a second of film with sound.
fn film(folder: &Path) -> Option<(Format, PathBuf)> {
    let path = folder.join("clip.mp4");
    let arguments = "-f lavfi -i testsrc=size=64x48:rate=8:duration=0.5 -f lavfi -i sine=frequency=440:duration=0.5 \
                     -c:v libx264 -pix_fmt yuv420p -c:a aac -ac 1";
    let made = Command::new("ffmpeg").args(arguments.split_whitespace()).arg(&path).output();
    made.is_ok_and(|made| made.status.success()).then_some((Format::MP4, path))
}

/// A tag of TIFF 6.0: its number, its type (1 byte, 2 text, 3 short, 4 long, 5 rational, 10 signed rational) and its values.
type Tag = (u16, u16, Vec<u32>);

/// Returns a Digital Negative (DNG 1.4): what 32 x 32 cells behind filters in a Bayer pattern saw.
fn unfinished() -> Vec<u8> {
    const SIDE: u32 = 32;
    let identity = (0..9).flat_map(|at| [u32::from(at % 4 == 0), 1]).collect();
    let mut tags: Vec<Tag> = vec![
        (254, 4, vec![0]),
        (256, 4, vec![SIDE]),
        (257, 4, vec![SIDE]),
        (258, 3, vec![16]),
        (259, 3, vec![1]),
        (262, 3, vec![32_803]),
        (271, 2, b"Recast\0".map(u32::from).into()),
        (272, 2, b"Tests\0".map(u32::from).into()),
        (273, 4, vec![0]),
        (274, 3, vec![1]),
        (277, 3, vec![1]),
        (278, 4, vec![SIDE]),
        (279, 4, vec![SIDE * SIDE * 2]),
        (33_421, 3, vec![2, 2]),
        (33_422, 1, vec![0, 1, 1, 2]),
        (50_706, 1, vec![1, 4, 0, 0]),
        (50_708, 2, b"Recast Tests\0".map(u32::from).into()),
        (50_721, 10, identity),
        (50_728, 5, vec![1, 1, 1, 1, 1, 1]),
    ];
    let length = u32::try_from(tiff(&tags).len()).unwrap();
    // Where the cells are.
    tags[8].2[0] = length;
    let cells = (0..SIDE * SIDE).flat_map(|cell| ((cell * 60) as u16).to_le_bytes());
    tiff(&tags).into_iter().chain(cells).collect()
}

/// Returns a directory of tags, as TIFF has it, with the values that have no room in it behind.
fn tiff(tags: &[Tag]) -> Vec<u8> {
    let mut head = b"II*\0\x08\0\0\0".to_vec();
    head.extend((tags.len() as u16).to_le_bytes());
    let mut behind = Vec::new();
    let start = 8 + 2 + tags.len() * 12 + 4;
    for (number, kind, values) in tags {
        let width = match kind {
            1 | 2 => 1,
            3 => 2,
            _ => 4,
        };
        let mut bytes: Vec<u8> =
            values.iter().flat_map(|value| value.to_le_bytes()[..width].to_vec()).collect();
        let count = values.len() as u32 / if matches!(kind, 5 | 10) { 2 } else { 1 };
        if bytes.len() > 4 {
            let at = (start + behind.len()) as u32;
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            behind.append(&mut bytes);
            bytes = at.to_le_bytes().into();
        }
        bytes.resize(4, 0);
        head.extend(number.to_le_bytes().into_iter().chain(kind.to_le_bytes()));
        head.extend(count.to_le_bytes().into_iter().chain(bytes));
    }
    head.extend([0; 4]);
    head.extend(behind);
    head
}
