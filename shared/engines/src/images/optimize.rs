//! Files made smaller: a PNG without loss unless it is asked for, a JPEG with as much as its use allows.

use std::fs;

use image::imageops::dither;
use image::{DynamicImage, ImageFormat, RgbaImage};
use oxipng::{Options, PngError, StripChunks};

use super::{OPTIMIZE_QUALITY, PROFILE, decode};
use crate::conversion::Job;
use crate::raster::{Jpeg, Picture, encoding_error, write_jpg};
use crate::{ConversionError, Format, Made};

/// How hard a smaller PNG is looked for, from 0 to 6.
const EFFORT: u8 = 2;
const MOST_EFFORT: u8 = 4;

/// What the search for colours looks at: 1 is every pixel.
const SAMPLE: i32 = 3;

pub(super) fn optimize(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let profile = PROFILE.text(options).unwrap_or_default();
    let quality = OPTIMIZE_QUALITY.integer(options);
    let before = fs::read(&job.source().path)?;
    let after = match job.source().format {
        Format::PNG => png(job, &before, (&profile, quality))?,
        _ => jpg(job, (&profile, quality))?,
    };
    let smaller = if after.len() < before.len() { &after } else { &before };
    job.progress.say(saved(before.len(), smaller.len()));
    let path = job.output();
    fs::write(&path, smaller)?;
    Ok(path.into())
}

fn saved(before: usize, after: usize) -> String {
    match 100 - after * 100 / before.max(1) {
        _ if before == after => "the file is as small as it goes".into(),
        percent => format!("file size reduced by {percent}%"),
    }
}

fn jpg(job: &Job, (profile, quality): (&str, Option<u32>)) -> Result<Vec<u8>, ConversionError> {
    let usual = match profile {
        "print" => 90,
        "archive" => 95,
        "max" => 60,
        _ => 80,
    };
    let picture = decode::open(&job.source().path, Format::JPG)?;
    job.progress.set(40);
    let kept = matches!(profile, "print" | "archive");
    let exif = picture.exif.filter(|_| kept);
    let mut file = Vec::new();
    let wanted = Jpeg::small(quality.unwrap_or(usual));
    write_jpg(Picture { exif, ..picture }, wanted, &mut file)?;
    Ok(file)
}

fn png(
    job: &Job,
    before: &[u8],
    (profile, quality): (&str, Option<u32>),
) -> Result<Vec<u8>, ConversionError> {
    // Limits and damage are told as for any picture.
    let picture = decode::open(&job.source().path, Format::PNG)?;
    job.progress.set(20);
    let fewer = quality.map(|quality| fewer_colours(picture.image, quality)).transpose()?;
    let mut options = Options::from_preset(if profile == "max" { MOST_EFFORT } else { EFFORT });
    let kept = matches!(profile, "print" | "archive");
    options.strip = if kept { StripChunks::None } else { StripChunks::Safe };
    oxipng::optimize_from_memory(fewer.as_deref().unwrap_or(before), &options).map_err(error)
}

/// Returns a picture of so many percent of 256 colours, as PNG.
fn fewer_colours(image: DynamicImage, quality: u32) -> Result<Vec<u8>, ConversionError> {
    let mut image: RgbaImage = image.into_rgba8();
    let colours = (256 * quality as usize / 100).max(2);
    let map = color_quant::NeuQuant::new(SAMPLE, colours.max(64), &image);
    dither(&mut image, &map);
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).map_err(encoding_error)?;
    Ok(file.into_inner())
}

fn error(error: PngError) -> ConversionError {
    ConversionError::Failed(format!("the picture cannot be made smaller: {error}"))
}
