//! WebP by libwebp, with the container that holds a colour profile, which the encoder's binding doesn't write.

use std::io::{self, Write};

use image::DynamicImage;
use webp::{Encoder, PixelLayout};

use super::suits;
use crate::ConversionError;
use crate::raster::Picture;

/// The longest side that the format can say (RFC 9649, 2.5).
const LONGEST_SIDE: u32 = 16_383;

/// The length of the file's header (`RIFF`, size, `WEBP`), and of the chunk VP8X.
const HEADER: usize = 12;
const VP8X: usize = 18;

/// Flags of the chunk VP8X: what else the file holds.
const PROFILE: u8 = 0x20;
const ALPHA: u8 = 0x10;

pub(super) fn write(
    picture: &Picture,
    quality: u32,
    mut file: impl Write,
) -> Result<(), ConversionError> {
    let (width, height) = (picture.image.width(), picture.image.height());
    if width.max(height) > LONGEST_SIDE {
        let text = format!(
            "webp holds at most {LONGEST_SIDE} pixels a side, the picture has {width} x {height}"
        );
        return Err(ConversionError::TooLarge(text));
    }
    let encoded = encode(&picture.image, quality)?;
    let profile = picture.profile.as_ref().filter(|profile| suits(profile, false));
    match profile {
        Some(profile) => with_profile(&encoded, profile, (width, height), file)?,
        None => file.write_all(&encoded)?,
    }
    Ok(())
}

fn encode(image: &DynamicImage, quality: u32) -> Result<Vec<u8>, ConversionError> {
    let (alpha, layout) = (image.color().has_alpha(), PixelLayout::Rgba);
    let (pixels, layout) = if alpha {
        (image.to_rgba8().into_raw(), layout)
    } else {
        (image.to_rgb8().into_raw(), PixelLayout::Rgb)
    };
    let encoded = Encoder::new(&pixels, layout, image.width(), image.height())
        .encode_simple(false, quality as f32);
    match encoded {
        Ok(encoded) => Ok(encoded.to_vec()),
        Err(_) => Err(ConversionError::Failed("the picture cannot be written as webp".into())),
    }
}

/// Writes an extended file (RFC 9649, 2.7): what it holds and its size, the profile, then the picture's own chunks.
fn with_profile(
    encoded: &[u8],
    profile: &[u8],
    size: (u32, u32),
    mut file: impl Write,
) -> io::Result<()> {
    let extended = encoded.get(HEADER..HEADER + 4) == Some(b"VP8X");
    let alpha = if extended { encoded[HEADER + 8] & ALPHA } else { 0 };
    let chunks = &encoded[if extended { HEADER + VP8X } else { HEADER }..];
    let padded = profile.len() + profile.len() % 2;
    let length = 4 + VP8X + 8 + padded + chunks.len();
    file.write_all(b"RIFF")?;
    file.write_all(&(length as u32).to_le_bytes())?;
    file.write_all(b"WEBPVP8X\x0a\0\0\0")?;
    file.write_all(&[PROFILE | alpha, 0, 0, 0])?;
    file.write_all(&(size.0 - 1).to_le_bytes()[..3])?;
    file.write_all(&(size.1 - 1).to_le_bytes()[..3])?;
    file.write_all(b"ICCP")?;
    file.write_all(&(profile.len() as u32).to_le_bytes())?;
    file.write_all(profile)?;
    file.write_all(&[0][..padded - profile.len()])?;
    file.write_all(chunks)
}
