use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use image::codecs::gif::GifEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::tiff::TiffEncoder;
use image::{DynamicImage, ImageEncoder, ImageError, RgbImage};

use super::{AVIF_QUALITY, JPG_QUALITY, Picture, WEBP_QUALITY};
use crate::conversion::Job;
use crate::{Conversion, ConversionError, Format, Made, OptionSpec};

mod jpg;
mod plain;
mod webp;

pub(crate) use jpg::{Jpeg, write as write_jpg};
pub(crate) use webp::chunks as webp_chunks;

/// The speed of the search for a GIF's 256 colours: 10 is what its library advises, 1 takes ten times as long.
pub(crate) const GIF_SPEED: i32 = 10;

/// Writes the picture that a job makes; its colour profile goes with it where the format and its colours allow.
///
/// # Errors
///
/// When the format cannot hold it.
pub(crate) fn save(picture: Picture, job: &Job) -> Result<Made, ConversionError> {
    let path = job.output();
    save_to(picture, &job.conversion, &path)?;
    Ok(path.into())
}

/// Writes one of the pictures that a job makes.
///
/// # Errors
///
/// When the format cannot hold it.
pub(crate) fn save_to(
    picture: Picture,
    wanted: &Conversion,
    path: &Path,
) -> Result<(), ConversionError> {
    let mut file = BufWriter::new(File::create(path)?);
    write(picture, wanted, &mut file)?;
    Ok(file.flush()?)
}

fn write(
    picture: Picture,
    wanted: &Conversion,
    file: &mut (impl Write + Seek),
) -> Result<(), ConversionError> {
    let picture = Picture { image: whole_numbers(picture.image), ..picture };
    let quality = |option: &OptionSpec| option.integer(&wanted.options).unwrap_or(100);
    let result = match wanted.output_format {
        Format::JPG => {
            return jpg::write(picture, Jpeg::usual(quality(&JPG_QUALITY)), file);
        }
        Format::WEBP => return webp::write(&picture, quality(&WEBP_QUALITY), file),
        Format::PNG => png(picture, file),
        Format::TIFF => tiff(picture, file),
        Format::GIF => gif(&picture.image, file),
        Format::BMP => plain::bmp(picture.image, file),
        Format::ICO => return plain::ico(picture.image, file),
        Format::QOI => plain::qoi(&picture.image, file),
        Format::PNM => plain::pnm(picture.image, file),
        Format::TGA => plain::tga(picture.image, file),
        Format::AVIF => plain::avif(&picture.image, quality(&AVIF_QUALITY), file),
        _ => {
            return Err(ConversionError::Failed("this is no format of pictures".into()));
        }
    };
    result.map_err(encoding_error)
}

/// Returns the error of a picture that cannot be written.
pub(crate) fn encoding_error(error: ImageError) -> ConversionError {
    match error {
        ImageError::IoError(error) => ConversionError::Internal(error),
        error @ (ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Limits(_)
        | ImageError::Unsupported(_)) => {
            ConversionError::Failed(format!("the picture cannot be written: {error}"))
        }
    }
}

/// Floating-point samples, which only TIFF files have, become 16 bits: no other format holds them.
fn whole_numbers(image: DynamicImage) -> DynamicImage {
    if !matches!(image.color(), image::ColorType::Rgb32F | image::ColorType::Rgba32F) {
        return image;
    }
    if image.color().has_alpha() { image.into_rgba16().into() } else { image.into_rgb16().into() }
}

fn png(picture: Picture, file: impl Write) -> Result<(), ImageError> {
    let mut encoder =
        PngEncoder::new_with_quality(file, CompressionType::Default, FilterType::Adaptive);
    set_profile(&mut encoder, &picture);
    if let Some(exif) = picture.exif {
        encoder.set_exif_metadata(exif).map_err(ImageError::Unsupported)?;
    }
    picture.image.write_with_encoder(encoder)
}

fn tiff(picture: Picture, file: impl Write + Seek) -> Result<(), ImageError> {
    let mut encoder = TiffEncoder::new(file);
    set_profile(&mut encoder, &picture);
    // The encoder knows no gray with transparency.
    if picture.image.color().has_alpha() && !picture.image.color().has_color() {
        return picture.image.into_rgba16().write_with_encoder(encoder);
    }
    picture.image.write_with_encoder(encoder)
}

fn set_profile(encoder: &mut impl ImageEncoder, picture: &Picture) {
    let gray = !picture.image.color().has_color();
    if let Some(profile) = picture.profile.as_ref().filter(|profile| suits(profile, gray)) {
        // An encoder that takes none writes the picture without: both do.
        let _ = encoder.set_icc_profile(profile.clone());
    }
}

fn gif(image: &DynamicImage, file: impl Write) -> Result<(), ImageError> {
    let image = image.to_rgba8();
    let (width, height) = image.dimensions();
    GifEncoder::new_with_speed(file, GIF_SPEED).encode(
        &image,
        width,
        height,
        image::ExtendedColorType::Rgba8,
    )
}

/// Returns whether a profile is for the colours that are written: a CMYK file's is of no use once decoded.
fn suits(profile: &[u8], gray: bool) -> bool {
    // ICC.1:2022, 7.2: the data colour space is at bytes 16 to 19.
    profile.get(16..20) == Some(if gray { b"GRAY" } else { b"RGB " })
}

/// Returns the image on white, if it is anywhere transparent.
fn flatten(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image;
    }
    let image = image.into_rgba8();
    let mut flat = RgbImage::new(image.width(), image.height());
    for (from, to) in image.pixels().zip(flat.pixels_mut()) {
        let [red, green, blue, alpha] = from.0.map(u16::from);
        let on_white = |sample: u16| ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        to.0 = [on_white(red), on_white(green), on_white(blue)];
    }
    flat.into()
}
