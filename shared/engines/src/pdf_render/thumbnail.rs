use hayro::hayro_syntax::Pdf;

use super::{COUNT, draw};
use crate::conversion::Job;
use crate::raster::Frame;
use crate::{ConversionError, Made};

/// The longer side of a small picture whose size nobody says, in pixels.
const LONGER_SIDE: u32 = 320;

/// Draws the first pages in a small size.
///
/// # Errors
///
/// When a picture would be over the limits, or the format cannot hold it.
pub(super) fn make(job: &Job, pdf: &Pdf) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let count = COUNT.integer(options).unwrap_or(1) as usize;
    let pages: Vec<usize> = (0..pdf.pages().len().min(count)).collect();
    let frame = match Frame::of(options) {
        frame @ Frame { width: None, height: None, .. } => {
            Frame { width: Some(LONGER_SIDE), height: Some(LONGER_SIDE), ..frame }
        }
        frame => frame,
    };
    draw::pages(job, pdf, &pages, (frame, 72.0))
}
