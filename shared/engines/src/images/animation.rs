//! A GIF that becomes a GIF, frame by frame: one frame is in memory at a time.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::metadata::LoopCount;
use image::{AnimationDecoder, DynamicImage, ImageDecoder};

use super::decode;
use crate::conversion::Job;
use crate::raster::{Frame, GIF_SPEED, encoding_error};
use crate::{ConversionError, Made};

/// The most pixels of all frames together: a small file can hold very many.
const MOST_PIXELS: u64 = 1_000_000_000;

pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let input = BufReader::new(File::open(&job.source().path)?);
    let mut decoder = GifDecoder::new(input).map_err(decode::error)?;
    decoder.set_limits(decode::limits()).map_err(decode::error)?;
    decode::check(&decoder)?;
    let path = job.output();
    let mut file = BufWriter::new(File::create(&path)?);
    copy(decoder, job, &mut file)?;
    file.flush()?;
    Ok(path.into())
}

fn copy(
    decoder: GifDecoder<BufReader<File>>,
    job: &Job,
    file: impl Write,
) -> Result<(), ConversionError> {
    let wanted = Frame::of(&job.conversion.options);
    let (width, height) = decoder.dimensions();
    let mut left = MOST_PIXELS;
    let mut encoder = GifEncoder::new_with_speed(file, GIF_SPEED);
    encoder.set_repeat(repeat(decoder.loop_count())).map_err(encoding_error)?;
    for frame in decoder.into_frames() {
        let frame = frame.map_err(decode::error)?;
        left = left.checked_sub(u64::from(width) * u64::from(height)).ok_or_else(too_long)?;
        let delay = frame.delay();
        let image = wanted.apply(DynamicImage::from(frame.into_buffer()))?.into_rgba8();
        encoder
            .encode_frame(image::Frame::from_parts(image, 0, 0, delay))
            .map_err(encoding_error)?;
    }
    Ok(())
}

fn too_long() -> ConversionError {
    ConversionError::TooLarge("the animation has too many frames".into())
}

fn repeat(count: LoopCount) -> Repeat {
    match count {
        LoopCount::Infinite => Repeat::Infinite,
        LoopCount::Finite(count) => Repeat::Finite(count.get().try_into().unwrap_or(u16::MAX)),
    }
}
