use lopdf::{Document, dictionary};
use serde_json::{Map, Value};

use super::Stamp;
use crate::pdf::options::{IMAGE_HEIGHT, IMAGE_WIDTH, IMAGE_WIDTH_PERCENT};
use crate::pdf::pictures::{Embedded, PICTURE_POINTS, embed, taken};
use crate::{ConversionError, Source};

/// A picture that is in the file.
pub(super) struct Picture(Embedded);

impl Picture {
    /// Adds a picture to a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(super) fn new(document: &mut Document, source: &Source) -> Result<Self, ConversionError> {
        if !taken(source.format) {
            let message = format!("a watermark's image cannot be {}", source.format);
            return Err(ConversionError::InvalidOption { field: "image".into(), message });
        }
        embed(document, source).map(Self)
    }

    /// Returns what a page of that size draws.
    pub(super) fn stamp(&self, page: (f32, f32), options: &Map<String, Value>) -> Stamp {
        let (width, height) = self.0.size;
        let (width, height) = (width as f32 * PICTURE_POINTS, height as f32 * PICTURE_POINTS);
        let given = |spec: &crate::OptionSpec| spec.number(options).map(|number| number as f32);
        let percent = given(&IMAGE_WIDTH_PERCENT).map(|percent| page.0 * percent / 100.0);
        let size = match (percent.or(given(&IMAGE_WIDTH)), given(&IMAGE_HEIGHT)) {
            (Some(across), Some(down)) => (across, down),
            (Some(across), None) => (across, height * across / width),
            (None, Some(down)) => (width * down / height, down),
            (None, None) => {
                let factor = (page.0 / width).min(page.1 / height).min(1.0);
                (width * factor, height * factor)
            }
        };
        let drawn = dictionary! { "Picture" => self.0.id };
        let resources = dictionary! { "XObject" => drawn };
        Stamp { size, content: self.0.draw("Picture", size).into_bytes(), resources }
    }
}
