//! Watermarks on pictures: a text or a picture is drawn on a transparent drawing of the same size, which goes on top.

use std::cell::RefCell;
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat, RgbaImage, imageops};
use serde_json::{Map, Value};

use super::decode;
use crate::conversion::Job;
use crate::raster::{Fit, Frame};
use crate::watermark::{self, Placement};
use crate::{ConversionError, Format, Source, svg};

/// The height of a line of text at size 1, and how far its letters reach above the line they stand on.
const LINE: f64 = 1.2;
const ASCENT: f64 = 0.9;

/// The size at which the width of a text is measured.
const MEASURE: f64 = 100.0;

type Size = (f64, f64);

/// What is put on pictures.
enum Mark {
    Text(String),
    Picture(DynamicImage),
}

/// Returns what puts the mark that a job wants on a picture. Pictures of one size get one drawing.
pub(super) fn of(
    job: &Job,
) -> Result<impl Fn(DynamicImage) -> Result<DynamicImage, ConversionError>, ConversionError> {
    let options = job.conversion.options.clone();
    let mark = match (job.conversion.sources.get(1), watermark::TEXT.text(&options)) {
        (Some(source), _) => Mark::Picture(open(source)?),
        (None, Some(text)) => Mark::Text(text),
        (None, None) => return Err(nothing()),
    };
    let drawn = RefCell::new(None::<DynamicImage>);
    Ok(move |image: DynamicImage| {
        let size = (image.width(), image.height());
        let mut drawn = drawn.borrow_mut();
        if drawn.as_ref().is_none_or(|it| (it.width(), it.height()) != size) {
            *drawn = Some(draw(&mark, &options, size)?);
        }
        Ok(drawn.as_ref().map_or_else(|| image.clone(), |drawn| put(image.clone(), drawn)))
    })
}

fn open(source: &Source) -> Result<DynamicImage, ConversionError> {
    if source.format == Format::SVG {
        return svg::open(&source.path);
    }
    decode::open(&source.path, source.format).map(|picture| picture.image)
}

fn nothing() -> ConversionError {
    let message = "The text field is required when no image is given.".into();
    ConversionError::InvalidOption { field: watermark::TEXT.name.into(), message }
}

/// Lays a drawing over a picture, which keeps its colours and depth.
fn put(mut image: DynamicImage, drawing: &DynamicImage) -> DynamicImage {
    let (deep, alpha) = (
        image.color().bytes_per_pixel() / image.color().channel_count() > 1,
        image.color().has_alpha(),
    );
    if deep {
        let mut flat = image.into_rgba16();
        imageops::overlay(&mut flat, &drawing.to_rgba16(), 0, 0);
        image = flat.into();
        return if alpha { image } else { image.into_rgb16().into() };
    }
    let mut flat: RgbaImage = image.into_rgba8();
    imageops::overlay(&mut flat, &drawing.to_rgba8(), 0, 0);
    image = flat.into();
    if alpha { image } else { image.into_rgb8().into() }
}

fn draw(
    mark: &Mark,
    options: &Map<String, Value>,
    size: (u32, u32),
) -> Result<DynamicImage, ConversionError> {
    let page = (f64::from(size.0), f64::from(size.1));
    let (content, mark) = match mark {
        Mark::Text(text) => text_mark(text, options, page)?,
        Mark::Picture(image) => picture_mark(image, options, page)?,
    };
    let placement = Placement::of(options);
    let ((x, y), Placement { rotation, opacity, .. }) = (placement.middle(page, mark), placement);
    svg::draw(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\">\
             <g opacity=\"{opacity}\" transform=\"translate({x} {y}) rotate({rotation}) \
             translate({} {})\">{content}</g></svg>",
        size.0,
        size.1,
        -mark.0 / 2.0,
        -mark.1 / 2.0
    ))
}

/// Returns a text as part of a drawing, with its upper left corner at 0, and its size.
fn text_mark(
    text: &str,
    options: &Map<String, Value>,
    page: Size,
) -> Result<(String, Size), ConversionError> {
    let lines: Vec<_> = text.lines().collect();
    let height = LINE * lines.len() as f64;
    let across = svg::width(&content(&lines, options, (MEASURE, 0.0)))? / MEASURE;
    if across <= 0.0 {
        return Err(ConversionError::Failed("there is no font here that has this text".into()));
    }
    let size = watermark::font_size(options, page, (across, height));
    let mark = (across * size, height * size);
    Ok((content(&lines, options, (size, mark.0)), mark))
}

/// Returns lines of text at a size, aligned within a width.
fn content(lines: &[&str], options: &Map<String, Value>, (size, width): Size) -> String {
    let (anchor, x) = match watermark::FONT_ALIGN.text(options).as_deref() {
        Some("left") => ("start", 0.0),
        Some("right") => ("end", width),
        Some(_) | None => ("middle", width / 2.0),
    };
    let family = watermark::FONT_NAME.text(options).unwrap_or_else(|| "sans-serif".into());
    let colour = watermark::FONT_COLOR.text(options);
    let [red, green, blue] = colour.as_deref().and_then(watermark::rgb).unwrap_or_default();
    let line = |(line, text): (usize, &&str)| {
        let y = size * (LINE * line as f64 + ASCENT);
        format!(
            "<text xml:space=\"preserve\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" \
             font-family=\"{family}, sans-serif\" font-size=\"{size}\" \
             fill=\"rgb({red},{green},{blue})\">{}</text>",
            escape(text)
        )
    };
    lines.iter().enumerate().map(line).collect()
}

fn escape(text: &str) -> String {
    let text: String = text.chars().filter(|it| !it.is_control()).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns a picture as part of a drawing, with its upper left corner at 0, and its size.
fn picture_mark(
    image: &DynamicImage,
    options: &Map<String, Value>,
    page: Size,
) -> Result<(String, Size), ConversionError> {
    let own = (f64::from(image.width()), f64::from(image.height()));
    let size = watermark::picture_size(options, page, own);
    let (width, height) = (size.0.round().max(1.0) as u32, size.1.round().max(1.0) as u32);
    let frame = Frame { width: Some(width), height: Some(height), fit: Fit::Scale };
    let mut file = Cursor::new(Vec::new());
    let image = DynamicImage::from(frame.apply(image.clone())?.into_rgba8());
    image.write_to(&mut file, ImageFormat::Png).map_err(crate::raster::encoding_error)?;
    let data = STANDARD.encode(file.into_inner());
    let content = format!(
        "<image width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,{data}\"/>"
    );
    Ok((content, (f64::from(width), f64::from(height))))
}
