//! The container of an animation (RFC 9649, 2.7), around frames by libwebp: its binding keeps all of them in memory.

use std::io::{Seek, SeekFrom, Write};

use image::DynamicImage;
use image::imageops::crop_imm;

use super::{Plan, Shot, changed};
use crate::ConversionError;
use crate::raster::webp_chunks;

/// Flags of the chunk VP8X: what the file holds.
const PROFILE: u8 = 0x20;
const ALPHA: u8 = 0x10;
const ANIMATION: u8 = 0x02;

/// A frame replaces what it covers.
const NO_BLENDING: u8 = 0x02;

/// The longest that a frame is seen, in milliseconds, and the longest side.
const LONGEST: u32 = (1 << 24) - 1;
const LONGEST_SIDE: u32 = 16_383;

pub(super) fn write(
    shots: impl Iterator<Item = Result<Shot, ConversionError>>,
    (plan, quality): (&Plan, u32),
    mut file: impl Write + Seek,
) -> Result<(), ConversionError> {
    let mut before = None;
    for shot in shots {
        let (image, milliseconds) = shot?;
        if before.is_none() {
            start(image.dimensions(), plan, &mut file)?;
        }
        let part = changed(before.as_ref(), &image);
        let content = crop_imm(&image, part.0, part.1, part.2, part.3).to_image();
        frame(&DynamicImage::from(content), (part, milliseconds, quality), &mut file)?;
        before = Some(image);
    }
    let length = file.stream_position()?;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(&((length - 8) as u32).to_le_bytes())?;
    file.seek(SeekFrom::Start(length))?;
    Ok(())
}

/// Writes all before the first frame; the file's length is not known yet.
fn start(
    (width, height): (u32, u32),
    plan: &Plan,
    mut file: impl Write,
) -> Result<(), ConversionError> {
    if width.max(height) > LONGEST_SIDE {
        let text = format!(
            "webp holds at most {LONGEST_SIDE} pixels a side, the animation has {width} x {height}"
        );
        return Err(ConversionError::TooLarge(text));
    }
    let profile = if plan.profile.is_some() { PROFILE } else { 0 };
    let mut header = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
    header.extend([ANIMATION | ALPHA | profile, 0, 0, 0]);
    header.extend(&(width - 1).to_le_bytes()[..3]);
    header.extend(&(height - 1).to_le_bytes()[..3]);
    if let Some(profile) = &plan.profile {
        header.extend(b"ICCP");
        header.extend((profile.len() as u32).to_le_bytes());
        header.extend(profile);
        header.extend(&[0][..profile.len() % 2]);
    }
    header.extend(b"ANIM\x06\0\0\0\0\0\0\0");
    header.extend(u16::try_from(plan.plays).unwrap_or(u16::MAX).to_le_bytes());
    Ok(file.write_all(&header)?)
}

type Part = (u32, u32, u32, u32);

fn frame(
    image: &DynamicImage,
    ((left, top, width, height), milliseconds, quality): (Part, u32, u32),
    mut file: impl Write,
) -> Result<(), ConversionError> {
    let (chunks, _) = webp_chunks(image, quality)?;
    let mut header = b"ANMF".to_vec();
    header.extend((16 + chunks.len() as u32).to_le_bytes());
    for number in [left / 2, top / 2, width - 1, height - 1, milliseconds.min(LONGEST)] {
        header.extend(&number.to_le_bytes()[..3]);
    }
    header.push(NO_BLENDING);
    file.write_all(&header)?;
    Ok(file.write_all(&chunks)?)
}
