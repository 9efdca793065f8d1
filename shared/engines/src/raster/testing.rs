//! What the tests of pictures share.

use std::path::Path;

use image::{DynamicImage, ImageReader};

/// Decodes a result.
pub(crate) fn open(path: &Path) -> DynamicImage {
    ImageReader::open(path).unwrap().with_guessed_format().unwrap().decode().unwrap()
}

/// Returns the colour at a place, as 8-bit samples.
pub(crate) fn pixel(image: &DynamicImage, x: u32, y: u32) -> [u8; 4] {
    image.to_rgba8().get_pixel(x, y).0
}

/// Asserts that a colour is near another one: lossy formats and resizing shift it a little.
#[track_caller]
pub(crate) fn assert_near(found: [u8; 4], expected: [u8; 4]) {
    let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 24);
    assert!(near, "{found:?} is not near {expected:?}");
}

/// Asserts that two pictures look the same: the mean difference of their samples is small.
#[track_caller]
pub(crate) fn assert_alike(found: &DynamicImage, expected: &DynamicImage) {
    let (found, expected) = (found.to_rgb8(), expected.to_rgb8());
    assert_eq!(found.dimensions(), expected.dimensions());
    let differences = found.iter().zip(expected.iter()).map(|(a, b)| u64::from(a.abs_diff(*b)));
    let mean = differences.sum::<u64>() as f64 / found.len() as f64;
    assert!(mean < 8.0, "mean difference {mean}");
}
