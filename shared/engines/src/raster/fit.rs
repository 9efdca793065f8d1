use fast_image_resize::{ResizeOptions, Resizer};
use image::DynamicImage;
use serde_json::{Map, Value};

use super::{FIT, HEIGHT, WIDTH, check_size};
use crate::{Conversion, ConversionError};

/// The size that a picture shall have, as its user wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    pub(crate) fit: Fit,
}

/// How a picture of another shape fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It keeps its shape and gets at most the size.
    Max,
    /// It fills the size, and what hangs over is cut off on both sides.
    Crop,
    /// It gets the size and loses its shape.
    Scale,
}

/// How large a thumbnail is at most that nobody says a size of, in pixels.
const SMALL: u32 = 320;

impl Frame {
    /// The size that there is.
    pub(crate) const NATURAL: Self = Self { width: None, height: None, fit: Fit::Max };

    /// Returns what a conversion asks for; a thumbnail is small even if nobody says how small.
    pub(crate) fn wanted(conversion: &Conversion) -> Self {
        let frame = Self::of(&conversion.options);
        if conversion.operation == crate::raster::THUMBNAIL
            && frame.width.or(frame.height).is_none()
        {
            return Self { width: Some(SMALL), height: Some(SMALL), fit: Fit::Max };
        }
        frame
    }

    /// Returns what the options ask for.
    pub(crate) fn of(options: &Map<String, Value>) -> Self {
        let fit = match FIT.text(options).as_deref() {
            Some("crop") => Fit::Crop,
            Some("scale") => Fit::Scale,
            Some(_) | None => Fit::Max,
        };
        Self { width: WIDTH.integer(options), height: HEIGHT.integer(options), fit }
    }

    /// Returns the size that something of the given size gets; a side that is not wanted follows from the other.
    ///
    /// The vector engine may enlarge to the maximum, where nothing is lost by it; pixels stay as they are.
    ///
    /// # Errors
    ///
    /// When the size is beyond the limits.
    pub(crate) fn size(
        &self,
        (width, height): (f64, f64),
        enlarge: bool,
    ) -> Result<(u32, u32), ConversionError> {
        let across = self.width.map(|wanted| f64::from(wanted) / width);
        let down = self.height.map(|wanted| f64::from(wanted) / height);
        let (x, y) = match (across, down) {
            (None, None) => (1.0, 1.0),
            (Some(factor), None) | (None, Some(factor)) => (factor, factor),
            (Some(x), Some(y)) if self.fit == Fit::Max => (x.min(y), x.min(y)),
            (Some(x), Some(y)) => (x, y),
        };
        let stays = self.fit == Fit::Max && !enlarge && x >= 1.0;
        let (x, y) = if stays { (1.0, 1.0) } else { (x, y) };
        let size = (pixels(width * x), pixels(height * y));
        check_size(size.0, size.1).map(|()| size)
    }

    /// Returns the image in the size it gets.
    ///
    /// # Errors
    ///
    /// When that size is beyond the limits.
    pub(crate) fn apply(&self, image: DynamicImage) -> Result<DynamicImage, ConversionError> {
        let (width, height) = self.size((image.width().into(), image.height().into()), false)?;
        if (width, height) == (image.width(), image.height()) {
            return Ok(image);
        }
        let options = ResizeOptions::new();
        let options =
            if self.fit == Fit::Crop { options.fit_into_destination(None) } else { options };
        let mut resized = DynamicImage::new(width, height, image.color());
        match Resizer::new().resize(&image, &mut resized, &options) {
            Ok(()) => Ok(resized),
            Err(error) => {
                Err(ConversionError::Failed(format!("the picture cannot be resized: {error}")))
            }
        }
    }
}

/// A conversion to an integer type stays within it: what is too large is still over the limits.
fn pixels(length: f64) -> u32 {
    (length.round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: Option<u32> = Some(100);
    const H: Option<u32> = Some(50);

    #[track_caller]
    fn check(
        (width, height): (Option<u32>, Option<u32>),
        fit: Fit,
        from: (f64, f64),
        expected: (u32, u32),
    ) {
        assert_eq!(Frame { width, height, fit }.size(from, false).unwrap(), expected);
    }

    #[test]
    fn without_a_wanted_size_nothing_changes() {
        for fit in [Fit::Max, Fit::Crop, Fit::Scale] {
            check((None, None), fit, (320.0, 240.0), (320, 240));
        }
    }

    #[test]
    fn max_keeps_the_shape_and_never_enlarges() {
        check((W, H), Fit::Max, (400.0, 100.0), (100, 25));
        check((W, H), Fit::Max, (100.0, 400.0), (13, 50));
        check((W, None), Fit::Max, (400.0, 100.0), (100, 25));
        check((None, H), Fit::Max, (400.0, 100.0), (200, 50));
        check((W, H), Fit::Max, (40.0, 10.0), (40, 10));
        check((W, H), Fit::Max, (40.0, 100.0), (20, 50));
        check((W, None), Fit::Max, (30_000.0, 1.0), (100, 1));
    }

    #[test]
    fn a_drawing_is_enlarged_to_the_maximum() {
        let frame = Frame { width: W, height: H, fit: Fit::Max };
        assert_eq!(frame.size((40.0, 10.0), true).unwrap(), (100, 25));
    }

    #[test]
    fn crop_and_scale_give_the_size_that_is_wanted() {
        for fit in [Fit::Crop, Fit::Scale] {
            check((W, H), fit, (400.0, 400.0), (100, 50));
            check((W, H), fit, (4.0, 4.0), (100, 50));
            check((W, None), fit, (4.0, 8.0), (100, 200));
        }
    }

    #[test]
    fn what_would_be_too_large_is_refused() {
        let check = |width, height, fit, from| {
            let result = Frame { width, height, fit }.size(from, false);
            assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
        };
        check(Some(30_000), Some(30_000), Fit::Scale, (10.0, 10.0));
        check(Some(30_000), None, Fit::Scale, (1.0, 30_000.0));
        check(None, None, Fit::Max, (30_001.0, 1.0));
        check(None, None, Fit::Max, (f64::INFINITY, 1.0));
    }
}
