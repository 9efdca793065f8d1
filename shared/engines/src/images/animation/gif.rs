use std::io::Write;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame};

use super::{Plan, Shot};
use crate::ConversionError;
use crate::raster::{GIF_SPEED, encoding_error};

pub(super) fn write(
    shots: impl Iterator<Item = Result<Shot, ConversionError>>,
    plan: &Plan,
    file: impl Write,
) -> Result<(), ConversionError> {
    let mut encoder = GifEncoder::new_with_speed(file, GIF_SPEED);
    let repeat = match u16::try_from(plan.plays).unwrap_or(u16::MAX) {
        0 => Repeat::Infinite,
        plays => Repeat::Finite(plays),
    };
    encoder.set_repeat(repeat).map_err(encoding_error)?;
    for shot in shots {
        let (image, milliseconds) = shot?;
        let delay = Delay::from_numer_denom_ms(milliseconds, 1);
        encoder.encode_frame(Frame::from_parts(image, 0, 0, delay)).map_err(encoding_error)?;
    }
    Ok(())
}
