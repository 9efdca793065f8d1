//! WebP by libwebp, with the container that holds a colour profile and EXIF, which the encoder's binding doesn't write.

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
const EXIF: u8 = 0x08;

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
    let profile = picture.profile.as_ref().filter(|profile| suits(profile, false));
    let more = (profile, picture.exif.as_ref());
    if more == (None, None) {
        file.write_all(&encode(&picture.image, quality)?)?;
    } else {
        extended(chunks(&picture.image, quality)?, more, (width, height), file)?;
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

/// Returns a picture's own chunks, without the header and the chunk VP8X, and whether that says it is transparent.
pub(crate) fn chunks(
    image: &DynamicImage,
    quality: u32,
) -> Result<(Vec<u8>, bool), ConversionError> {
    let mut encoded = encode(image, quality)?;
    let extended = encoded.get(HEADER..HEADER + 4) == Some(b"VP8X");
    let alpha = extended && encoded[HEADER + 8] & ALPHA != 0;
    encoded.drain(..if extended { HEADER + VP8X } else { HEADER });
    Ok((encoded, alpha))
}

/// Writes an extended file (RFC 9649, 2.7): what it holds and its size, the profile, the picture's own chunks, EXIF.
fn extended(
    (chunks, alpha): (Vec<u8>, bool),
    (profile, exif): (Option<&Vec<u8>>, Option<&Vec<u8>>),
    size: (u32, u32),
    mut file: impl Write,
) -> io::Result<()> {
    let mut body = Vec::new();
    profile.map_or(Ok(()), |profile| chunk(b"ICCP", profile, &mut body))?;
    body.extend(chunks);
    exif.map_or(Ok(()), |exif| chunk(b"EXIF", exif, &mut body))?;
    let flag = |holds: bool, flag: u8| if holds { flag } else { 0 };
    let flags = flag(profile.is_some(), PROFILE) | flag(alpha, ALPHA) | flag(exif.is_some(), EXIF);
    file.write_all(b"RIFF")?;
    file.write_all(&((4 + VP8X + body.len()) as u32).to_le_bytes())?;
    file.write_all(b"WEBPVP8X\x0a\0\0\0")?;
    file.write_all(&[flags, 0, 0, 0])?;
    file.write_all(&(size.0 - 1).to_le_bytes()[..3])?;
    file.write_all(&(size.1 - 1).to_le_bytes()[..3])?;
    file.write_all(&body)
}

/// Writes a chunk, which ends on an even byte.
fn chunk(name: &[u8; 4], content: &[u8], file: &mut Vec<u8>) -> io::Result<()> {
    file.write_all(name)?;
    file.write_all(&(content.len() as u32).to_le_bytes())?;
    file.write_all(content)?;
    file.write_all(&[0][..content.len() % 2])
}
