//! A page as a picture.

use std::io;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt;

use super::error::{BrowserError, CaptureError};
use super::options::{FULL_PAGE, HEIGHT, QUALITY, WIDTH, ZOOM};
use super::page::{Page, text};
use crate::{ConversionError, Format};

/// The longest side of a picture, in pixels: beyond it the browser draws the same again and again.
const LONGEST: f64 = 16_384.0;

/// The most pixels of a picture: four bytes each, twice.
const MOST: f64 = 100e6;

/// Returns the window's size and scale.
pub(super) fn window(options: &Map<String, Value>) -> (u32, u32, f64) {
    let side = |side: Option<u32>| side.unwrap_or_default();
    let zoom = ZOOM.number(options).unwrap_or(1.0);
    (side(WIDTH.integer(options)), side(HEIGHT.integer(options)), zoom)
}

/// Draws the page, or what its window shows of it, to a file that is not there yet.
pub(super) async fn draw(
    page: &Page,
    format: Format,
    options: &Map<String, Value>,
    path: &Path,
) -> Result<(), CaptureError> {
    let (width, height, zoom) = window(options);
    let mut size = (f64::from(width), f64::from(height));
    if FULL_PAGE.flag(options) {
        let metrics = page.session.call("Page.getLayoutMetrics", json!({})).await?;
        let content = &metrics["cssContentSize"];
        let side = |name: &str| content[name].as_f64().unwrap_or_default().ceil();
        size = (size.0.max(side("width")), size.1.max(side("height")));
    }
    check((size.0 * zoom, size.1 * zoom))?;
    let drawn = page.session.call("Page.captureScreenshot", parameters(format, size, options));
    let data = BASE64_STANDARD.decode(text(&drawn.await?["data"]));
    let data = data.map_err(|_| BrowserError::Refused("no base64".to_owned()))?;
    write(path, &data).await.map_err(|error| ConversionError::from(error).into())
}

/// What is there already leads elsewhere, perhaps.
async fn write(path: &Path, data: &[u8]) -> io::Result<()> {
    let mut file = tokio::fs::File::create_new(path).await?;
    file.write_all(data).await?;
    file.flush().await
}

fn check((width, height): (f64, f64)) -> Result<(), ConversionError> {
    if width <= LONGEST && height <= LONGEST && width * height <= MOST {
        return Ok(());
    }
    Err(ConversionError::TooLarge(format!(
        "the page has {width} x {height} pixels: a picture of one may have {LONGEST} a side and {} million in all",
        MOST / 1e6
    )))
}

fn parameters(format: Format, (width, height): (f64, f64), options: &Map<String, Value>) -> Value {
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
    let mut parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
    if format == Format::JPG {
        parameters["format"] = "jpeg".into();
        parameters["quality"] = QUALITY.integer(options).into();
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_limits() {
        assert!(check((1280.0, 16_384.0)).is_ok() && check((10_000.0, 10_000.0)).is_ok());
        let error = check((1280.0, 16_385.0)).unwrap_err().to_string();
        assert_eq!(
            error,
            "the page has 1280 x 16385 pixels: a picture of one may have 16384 a side and 100 million in all"
        );
        assert!(check((16_384.0, 16_384.0)).is_err());
    }

    #[test]
    fn the_window_is_as_wide_as_is_wanted() {
        let options = json!({ "width": 400, "zoom": 2 });
        assert_eq!(window(options.as_object().unwrap()), (400, 800, 2.0));
        assert_eq!(window(&Map::new()), (1280, 800, 1.0));
    }
}
