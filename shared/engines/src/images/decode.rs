use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::jpeg;
use crate::raster::{MOST_BYTES, Picture, check_size};
use crate::{ConversionError, Format};

/// Returns the picture in a file, upright.
///
/// # Errors
///
/// When the picture is beyond the limits, which is known before it is decoded, or damaged.
pub(crate) fn open(path: &Path, format: Format) -> Result<Picture, ConversionError> {
    let mut file = BufReader::new(File::open(path)?);
    if format == Format::JPG {
        jpeg::check(&mut file)?;
    }
    let mut reader = ImageReader::new(file);
    if let Some(format) = ImageFormat::from_extension(format.extension()) {
        reader.set_format(format);
    }
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(error)?;
    check(&decoder)?;
    // A picture with a damaged profile or orientation is shown without it.
    let profile = decoder.icc_profile().ok().flatten();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut exif = decoder.exif_metadata().ok().flatten();
    // The picture is upright from here on.
    let _ = exif.as_deref_mut().and_then(Orientation::remove_from_exif_chunk);
    let mut image = DynamicImage::from_decoder(decoder).map_err(error)?;
    image.apply_orientation(orientation);
    Ok(Picture { image, profile, exif })
}

/// Returns an error if a picture is beyond the limits.
pub(super) fn check(decoder: &impl ImageDecoder) -> Result<(), ConversionError> {
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    if decoder.total_bytes() <= MOST_BYTES {
        return Ok(());
    }
    let most = MOST_BYTES >> 20;
    Err(ConversionError::TooLarge(format!(
        "a picture of {width} x {height} pixels takes over {most} MiB"
    )))
}

/// Returns the error of a picture that cannot be decoded.
pub(crate) fn error(error: ImageError) -> ConversionError {
    match error {
        ImageError::Limits(_) => {
            ConversionError::TooLarge("the picture needs too much memory".into())
        }
        ImageError::Unsupported(error) => {
            ConversionError::invalid(format!("the picture cannot be read: {error}"))
        }
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::IoError(_) => ConversionError::invalid("the picture is damaged"),
    }
}

/// Returns the limits of a decoder, which hold before it has read anything but the picture's header.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_BYTES);
    limits
}
