use std::borrow::Cow;
use std::io::Write;

use image::imageops::crop_imm;
use png::{BitDepth, BlendOp, ColorType, Encoder, EncodingError, Info, Writer};

use super::{Plan, Shot, changed};
use crate::ConversionError;

/// Writes each picture as what it changes of the one before.
pub(super) fn write(
    shots: impl Iterator<Item = Result<Shot, ConversionError>>,
    plan: &Plan,
    file: impl Write,
) -> Result<(), ConversionError> {
    let mut shots = shots.peekable();
    let size = match shots.peek() {
        Some(Ok((image, _))) => image.dimensions(),
        Some(Err(_)) | None => (1, 1),
    };
    let mut writer = start(size, plan, file).map_err(error)?;
    let mut before = None;
    for shot in shots {
        let (image, milliseconds) = shot?;
        let part = changed(before.as_ref(), &image);
        let content = crop_imm(&image, part.0, part.1, part.2, part.3).to_image();
        put(&mut writer, part, milliseconds).map_err(error)?;
        writer.write_image_data(&content).map_err(error)?;
        before = Some(image);
    }
    writer.finish().map_err(error)
}

fn start<W: Write>(
    (width, height): (u32, u32),
    plan: &Plan,
    file: W,
) -> Result<Writer<W>, EncodingError> {
    let mut info = Info::with_size(width, height);
    info.icc_profile = plan.profile.as_deref().map(|profile| Cow::Owned(profile.to_vec()));
    let mut encoder = Encoder::with_info(file, info)?;
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_animated(plan.count, plan.plays)?;
    encoder.write_header()
}

fn put<W: Write>(
    writer: &mut Writer<W>,
    (left, top, width, height): (u32, u32, u32, u32),
    milliseconds: u32,
) -> Result<(), EncodingError> {
    writer.reset_frame_position()?;
    writer.set_frame_dimension(width, height)?;
    writer.set_frame_position(left, top)?;
    writer.set_blend_op(BlendOp::Source)?;
    writer.set_frame_delay(u16::try_from(milliseconds).unwrap_or(u16::MAX), 1000)
}

fn error(error: EncodingError) -> ConversionError {
    if let EncodingError::IoError(error) = error {
        return ConversionError::Internal(error);
    }
    ConversionError::Failed(format!("the animation cannot be written: {error}"))
}
