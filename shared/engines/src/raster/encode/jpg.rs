use std::io::Write;

use image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use super::{flatten, suits};
use crate::ConversionError;
use crate::raster::Picture;

/// How a JPEG is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jpeg {
    quality: u32,
    progressive: bool,
}

impl Jpeg {
    /// Quickly.
    pub(crate) fn usual(quality: u32) -> Self {
        Self { quality, progressive: false }
    }

    /// As small as it goes: progressive, with tables of its own.
    pub(crate) fn small(quality: u32) -> Self {
        Self { quality, progressive: true }
    }
}

/// Writes a picture.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn write(
    picture: Picture,
    wanted: Jpeg,
    file: impl Write,
) -> Result<(), ConversionError> {
    let mut encoder = Encoder::new(file, u8::try_from(wanted.quality).unwrap_or(100));
    // Tables of its own make a picture a tenth smaller, but this encoder then stores each colour apart. With reduced
    // colours that is garbage to zune-jpeg up to 0.5.15, which also reads here (its issues 419 and 422).
    let reduced = encoder.sampling_factor() != SamplingFactor::R_4_4_4;
    encoder.set_progressive(wanted.progressive);
    encoder.set_optimized_huffman_tables(wanted.progressive || !reduced);
    let gray = !picture.image.color().has_color();
    let profile = picture.profile.filter(|profile| suits(profile, gray));
    profile.map_or(Ok(()), |profile| encoder.add_icc_profile(&profile)).map_err(error)?;
    // What is longer than a segment holds is left out.
    let _ = picture.exif.map_or(Ok(()), |exif| encoder.add_exif_metadata(&exif));
    let image = flatten(picture.image);
    let (width, height) = (image.width() as u16, image.height() as u16);
    let image =
        if gray { DynamicImage::from(image.into_luma8()) } else { image.into_rgb8().into() };
    let colours = if gray { ColorType::Luma } else { ColorType::Rgb };
    encoder.encode(image.as_bytes(), width, height, colours).map_err(error)
}

fn error(error: EncodingError) -> ConversionError {
    if let EncodingError::IoError(error) = error {
        return ConversionError::Internal(error);
    }
    ConversionError::Failed(format!("the picture cannot be written: {error}"))
}
