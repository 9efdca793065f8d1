use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use image::codecs::bmp::BmpEncoder;
use image::codecs::gif::GifEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::tiff::TiffEncoder;
use image::{DynamicImage, ImageEncoder, ImageError, RgbImage};
use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use super::{JPG_QUALITY, Picture, WEBP_QUALITY};
use crate::conversion::Job;
use crate::{Conversion, ConversionError, Format, Made, OptionSpec};

mod webp;

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
        Format::JPG => return jpg(picture, quality(&JPG_QUALITY), file),
        Format::WEBP => return webp::write(&picture, quality(&WEBP_QUALITY), file),
        Format::PNG => png(picture, file),
        Format::TIFF => tiff(picture, file),
        Format::GIF => gif(&picture.image, file),
        Format::BMP => bmp(picture.image, file),
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

fn jpg(picture: Picture, quality: u32, file: impl Write) -> Result<(), ConversionError> {
    let mut encoder = Encoder::new(file, u8::try_from(quality).unwrap_or(100));
    // Tables of its own make a picture a tenth smaller, but this encoder then stores each colour apart. With reduced
    // colours that is garbage to zune-jpeg up to 0.5.15, which also reads here (its issues 419 and 422).
    let reduced = encoder.sampling_factor() != SamplingFactor::R_4_4_4;
    encoder.set_optimized_huffman_tables(!reduced);
    let gray = !picture.image.color().has_color();
    let profile = picture.profile.filter(|profile| suits(profile, gray));
    profile.map_or(Ok(()), |profile| encoder.add_icc_profile(&profile)).map_err(jpg_error)?;
    let image = flatten(picture.image);
    let (width, height) = (image.width() as u16, image.height() as u16);
    let image =
        if gray { DynamicImage::from(image.into_luma8()) } else { image.into_rgb8().into() };
    let colours = if gray { ColorType::Luma } else { ColorType::Rgb };
    encoder.encode(image.as_bytes(), width, height, colours).map_err(jpg_error)
}

fn jpg_error(error: EncodingError) -> ConversionError {
    if let EncodingError::IoError(error) = error {
        return ConversionError::Internal(error);
    }
    ConversionError::Failed(format!("the picture cannot be written: {error}"))
}

fn png(picture: Picture, file: impl Write) -> Result<(), ImageError> {
    let mut encoder =
        PngEncoder::new_with_quality(file, CompressionType::Default, FilterType::Adaptive);
    set_profile(&mut encoder, &picture);
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

/// Few programs read transparency from a BMP file.
fn bmp(image: DynamicImage, mut file: impl Write) -> Result<(), ImageError> {
    flatten(image).into_rgb8().write_with_encoder(BmpEncoder::new(&mut file))
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
