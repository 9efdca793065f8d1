//! Formats that hold the pixels and nothing else.

use std::io::Write;

use image::codecs::avif::AvifEncoder;
use image::codecs::bmp::BmpEncoder;
use image::codecs::ico::IcoEncoder;
use image::codecs::pnm::{PnmEncoder, PnmSubtype, SampleEncoding};
use image::codecs::qoi::QoiEncoder;
use image::codecs::tga::TgaEncoder;
use image::{DynamicImage, ImageError};

use super::{encoding_error, flatten};
use crate::ConversionError;
use crate::raster::{Fit, Frame};

/// The longest side of an icon.
const ICON: u32 = 256;

/// The speed of the encoder, from 1 to 10: half a second for a megapixel.
const AVIF_SPEED: u8 = 8;

/// Few programs read transparency from a BMP file.
pub(super) fn bmp(image: DynamicImage, mut file: impl Write) -> Result<(), ImageError> {
    flatten(image).into_rgb8().write_with_encoder(BmpEncoder::new(&mut file))
}

/// Icons are small, so that a larger picture becomes one that is.
pub(super) fn ico(image: DynamicImage, file: impl Write) -> Result<(), ConversionError> {
    let icon = Frame { width: Some(ICON), height: Some(ICON), fit: Fit::Max };
    let image = icon.apply(image)?.into_rgba8();
    image.write_with_encoder(IcoEncoder::new(file)).map_err(encoding_error)
}

pub(super) fn qoi(image: &DynamicImage, file: impl Write) -> Result<(), ImageError> {
    eight_bits(image).write_with_encoder(QoiEncoder::new(file))
}

/// The format knows no transparency.
pub(super) fn pnm(image: DynamicImage, file: impl Write) -> Result<(), ImageError> {
    let (encoder, binary) = (PnmEncoder::new(file), SampleEncoding::Binary);
    if image.color().has_color() {
        let encoder = encoder.with_subtype(PnmSubtype::Pixmap(binary));
        flatten(image).into_rgb8().write_with_encoder(encoder)
    } else {
        let encoder = encoder.with_subtype(PnmSubtype::Graymap(binary));
        flatten(image).into_luma8().write_with_encoder(encoder)
    }
}

pub(super) fn tga(image: DynamicImage, file: impl Write) -> Result<(), ImageError> {
    eight_bits(&image).write_with_encoder(TgaEncoder::new(file))
}

pub(super) fn avif(image: &DynamicImage, quality: u32, file: impl Write) -> Result<(), ImageError> {
    let quality = u8::try_from(quality).unwrap_or(100);
    let encoder = AvifEncoder::new_with_speed_quality(file, AVIF_SPEED, quality);
    eight_bits(image).write_with_encoder(encoder)
}

fn eight_bits(image: &DynamicImage) -> DynamicImage {
    if image.color().has_alpha() { image.to_rgba8().into() } else { image.to_rgb8().into() }
}
