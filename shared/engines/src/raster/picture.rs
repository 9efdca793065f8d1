use image::DynamicImage;

use super::options::LONGEST_SIDE;
use crate::ConversionError;

/// The largest picture, in pixels: 100 megapixels.
const MOST_PIXELS: u64 = 100_000_000;

/// The most memory that the pixels of one picture may take: 512 MiB.
pub(crate) const MOST_BYTES: u64 = 512 << 20;

/// A picture in memory, upright.
pub(crate) struct Picture {
    pub(crate) image: DynamicImage,
    /// The colour profile that its numbers are in; sRGB if there is none.
    pub(crate) profile: Option<Vec<u8>>,
    /// What a camera or program said of it (EXIF), without the orientation.
    pub(crate) exif: Option<Vec<u8>>,
}

impl From<DynamicImage> for Picture {
    fn from(image: DynamicImage) -> Self {
        Self { image, profile: None, exif: None }
    }
}

/// Returns an error if a picture of this size is beyond the limits.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), ConversionError> {
    let pixels = u64::from(width) * u64::from(height);
    if width <= LONGEST_SIDE && height <= LONGEST_SIDE && pixels <= MOST_PIXELS {
        return Ok(());
    }
    let limits = format!("{LONGEST_SIDE} pixels a side and {} megapixels", MOST_PIXELS / 1_000_000);
    Err(ConversionError::TooLarge(format!(
        "a picture of {width} x {height} pixels is over the limits of {limits}"
    )))
}
