use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::LoopCount;
use image::{AnimationDecoder, DynamicImage, Frames, ImageDecoder};

use super::{Change, Shot};
use crate::images::decode;
use crate::{ConversionError, Format};

/// The most pixels of all frames together: a small file can hold very many.
const MOST_PIXELS: u64 = 1_000_000_000;

/// A file that may be an animation, from its beginning.
pub(super) struct Film {
    frames: Frames<'static>,
    pixels: u64,
    pub(super) plays: u32,
    pub(super) profile: Option<Vec<u8>>,
}

impl Film {
    /// Opens a GIF, WebP or PNG file. Returns none if it is surely no animation.
    pub(super) fn open(path: &Path, format: Format) -> Result<Option<Self>, ConversionError> {
        let file = BufReader::new(File::open(path)?);
        match format {
            Format::GIF => gif(file).map(Some),
            Format::WEBP => webp(file),
            _ => png(file),
        }
    }

    fn new<D: AnimationDecoder<'static>>(
        decoder: D,
        (width, height): (u32, u32),
        profile: Option<Vec<u8>>,
    ) -> Self {
        let plays = match decoder.loop_count() {
            LoopCount::Infinite => 0,
            LoopCount::Finite(count) => count.get(),
        };
        let pixels = u64::from(width) * u64::from(height);
        Self { frames: decoder.into_frames(), pixels, plays, profile }
    }

    /// Returns how many pictures there are.
    pub(super) fn count(self) -> Result<u32, ConversionError> {
        let keep = |image| Ok(image);
        self.shots(&keep).try_fold(0, |count, shot| shot.map(|_| count + 1))
    }

    /// Returns the pictures one after the other, changed.
    pub(super) fn shots(
        self,
        change: Change<'_>,
    ) -> impl Iterator<Item = Result<Shot, ConversionError>> {
        let (mut left, pixels) = (MOST_PIXELS, self.pixels);
        self.frames.map(move |frame| {
            let frame = frame.map_err(decode::error)?;
            left = left.checked_sub(pixels).ok_or_else(too_long)?;
            let (numerator, denominator) = frame.delay().numer_denom_ms();
            let image = change(DynamicImage::from(frame.into_buffer()))?.into_rgba8();
            Ok((image, numerator / denominator.max(1)))
        })
    }
}

fn gif(file: BufReader<File>) -> Result<Film, ConversionError> {
    let mut decoder = GifDecoder::new(file).map_err(decode::error)?;
    decoder.set_limits(decode::limits()).map_err(decode::error)?;
    decode::check(&decoder)?;
    let size = decoder.dimensions();
    Ok(Film::new(decoder, size, None))
}

fn webp(file: BufReader<File>) -> Result<Option<Film>, ConversionError> {
    let mut decoder = WebPDecoder::new(file).map_err(decode::error)?;
    decoder.set_limits(decode::limits()).map_err(decode::error)?;
    decode::check(&decoder)?;
    let (size, profile) = (decoder.dimensions(), decoder.icc_profile().ok().flatten());
    Ok(decoder.has_animation().then(|| Film::new(decoder, size, profile)))
}

fn png(mut file: BufReader<File>) -> Result<Option<Film>, ConversionError> {
    file.rewind()?;
    let mut decoder = PngDecoder::with_limits(file, decode::limits()).map_err(decode::error)?;
    decode::check(&decoder)?;
    if !decoder.is_apng().map_err(decode::error)? {
        return Ok(None);
    }
    let (size, profile) = (decoder.dimensions(), decoder.icc_profile().ok().flatten());
    let decoder = decoder.apng().map_err(decode::error)?;
    Ok(Some(Film::new(decoder, size, profile)))
}

fn too_long() -> ConversionError {
    ConversionError::TooLarge("the animation has too many frames".into())
}
