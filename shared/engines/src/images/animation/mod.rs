//! Animations, frame by frame: GIF, WebP and PNG among one another, with one or two frames in memory at a time.

use std::fs::File;
use std::io::{BufWriter, Write};

use image::{DynamicImage, RgbaImage};

use super::{FRAMES, STRIP};
use crate::conversion::Job;
use crate::raster::WEBP_QUALITY;
use crate::{ConversionError, Format, Made};

mod apng;
mod film;
mod gif;
mod webp;

use film::Film;

const ANIMATED: &[Format] = &[Format::GIF, Format::PNG, Format::WEBP];

/// What is done to each picture of an animation.
pub(super) type Change<'a> = &'a dyn Fn(DynamicImage) -> Result<DynamicImage, ConversionError>;

/// A picture of an animation, and how long it is seen, in milliseconds.
type Shot = (RgbaImage, u32);

/// What is known of an animation before its first picture.
struct Plan {
    count: u32,
    /// How often it is played; 0 is for ever.
    plays: u32,
    profile: Option<Vec<u8>>,
}

/// Makes an animation of one. Returns none if that is not what is given or wanted.
pub(super) fn convert(job: &Job, change: Change<'_>) -> Result<Option<Made>, ConversionError> {
    let (input, output) = (job.source().format, job.conversion.output_format);
    let options = &job.conversion.options;
    let first = FRAMES.text(options).as_deref() == Some("first");
    if first || !ANIMATED.contains(&input) || !ANIMATED.contains(&output) {
        return Ok(None);
    }
    let open = || Film::open(&job.source().path, input);
    let Some(film) = open()? else { return Ok(None) };
    let count = film.count()?;
    let Some(film) = open()?.filter(|_| count > 1) else { return Ok(None) };
    let profile = film.profile.clone().filter(|_| !STRIP.flag(options));
    let plan = Plan { count, plays: film.plays, profile };
    let path = job.output();
    let mut file = BufWriter::new(File::create(&path)?);
    let shots = film.shots(change).zip(1..).map(|(shot, number)| {
        job.progress.set((10 + number * 85 / count).min(95) as u8);
        job.progress.say(format!("frame {number} of {count}"));
        shot
    });
    match output {
        Format::GIF => gif::write(shots, &plan, &mut file)?,
        Format::WEBP => {
            let quality = WEBP_QUALITY.integer(options).unwrap_or(100);
            webp::write(shots, (&plan, quality), &mut file)?;
        }
        _ => apng::write(shots, &plan, &mut file)?,
    }
    file.flush()?;
    Ok(Some(path.into()))
}

/// Returns the part of a picture that differs from the one before, as left, top, width and height: all of the first
/// one, and at least a pixel. The corner is at even numbers, which is all that WebP can say.
fn changed(before: Option<&RgbaImage>, image: &RgbaImage) -> (u32, u32, u32, u32) {
    let (width, height) = image.dimensions();
    let Some(before) = before else { return (0, 0, width, height) };
    let (mut left, mut top, mut right, mut bottom) = (width, height, 0, 0);
    for ((x, y, pixel), old) in image.enumerate_pixels().zip(before.pixels()) {
        if pixel != old {
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x + 1), bottom.max(y + 1));
        }
    }
    if right == 0 {
        return (0, 0, 1, 1);
    }
    let (left, top) = (left & !1, top & !1);
    (left, top, right - left, bottom - top)
}
