use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use image::{DynamicImage, ImageReader, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Group, ImageHrefResolver, ImageKind, Node, Options, Tree, roxmltree};

use super::{fonts, guard};
use crate::conversion::Job;
use crate::raster::{Fit, Frame, check_size, save};
use crate::{ConversionError, Format, Made};

/// The largest file.
const LARGEST: u64 = 10 << 20;

/// The most memory that drawing may take: 2 GiB.
const MOST_MEMORY: u64 = 2 << 30;

/// The most elements and other nodes of a drawing, before its references are followed; resvg has the same limit after.
const MOST_NODES: u32 = 1_000_000;

pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let tree = parse(&read(&job.source().path)?)?;
    job.progress.set(20);
    let image = draw(&tree, Frame::wanted(&job.conversion))?;
    job.progress.set(70);
    save(image.into(), job)
}

/// Returns the picture that a drawing is in its own size.
pub(crate) fn open(path: &Path) -> Result<DynamicImage, ConversionError> {
    draw(&parse(&read(path)?)?, Frame::NATURAL)
}

/// Returns the picture that the text of a drawing is in its own size.
pub(crate) fn draw_text(text: &str) -> Result<DynamicImage, ConversionError> {
    draw(&parse(text)?, Frame::NATURAL)
}

/// Returns how wide a part of a drawing is; 0 if nothing is to be seen.
pub(crate) fn width(content: &str) -> Result<f64, ConversionError> {
    let tree = parse(&format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{content}</svg>"))?;
    Ok(tree.root().abs_bounding_box().width().into())
}

/// Returns the text of a drawing that can be read without harm.
///
/// # Errors
///
/// When it is damaged or beyond the limits.
pub(crate) fn checked(path: &Path) -> Result<String, ConversionError> {
    let text = read(path)?;
    guard::check(&document(&text)?)?;
    Ok(text)
}

fn read(path: &Path) -> Result<String, ConversionError> {
    if fs::metadata(path)?.len() > LARGEST {
        let text = format!("a drawing may have at most {} MiB", LARGEST >> 20);
        return Err(ConversionError::TooLarge(text));
    }
    String::from_utf8(fs::read(path)?)
        .map_err(|_| ConversionError::invalid("the drawing is not UTF-8 text"))
}

fn document(text: &str) -> Result<roxmltree::Document<'_>, ConversionError> {
    // Many drawing programs name namespaces by entities; the parser itself bounds how these may nest.
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        nodes_limit: MOST_NODES,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(text, options).map_err(damaged)
}

fn damaged(error: impl std::fmt::Display) -> ConversionError {
    ConversionError::invalid(format!("the drawing is damaged: {error}"))
}

fn parse(text: &str) -> Result<Tree, ConversionError> {
    let document = document(text)?;
    guard::check(&document)?;
    let options = Options {
        fontdb: fonts::of_this_machine(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|kind, data, _| picture_within(kind, data)),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_xmltree(&document, &options).map_err(damaged)
}

/// Returns a raster picture within a drawing, unless its size is over the limits.
fn picture_within(kind: &str, data: Arc<Vec<u8>>) -> Option<ImageKind> {
    match picture_format(kind, &data)? {
        Format::PNG => Some(ImageKind::PNG(data)),
        Format::JPG => Some(ImageKind::JPEG(data)),
        Format::GIF => Some(ImageKind::GIF(data)),
        Format::WEBP => Some(ImageKind::WEBP(data)),
        _ => None,
    }
}

/// Returns the format of a raster picture within a drawing, unless its size is over the limits.
pub(crate) fn picture_format(kind: &str, data: &[u8]) -> Option<Format> {
    let reader = ImageReader::new(Cursor::new(data)).with_guessed_format().ok()?;
    let (width, height) = reader.into_dimensions().ok()?;
    check_size(width, height).ok()?;
    match kind {
        "image/png" => Some(Format::PNG),
        "image/jpeg" | "image/jpg" => Some(Format::JPG),
        "image/gif" => Some(Format::GIF),
        "image/webp" => Some(Format::WEBP),
        _ => None,
    }
}

/// Every group that is drawn apart, to be faded, masked or filtered, may take as much memory as the whole picture.
fn check_memory(tree: &Tree, size: (u32, u32)) -> Result<(), ConversionError> {
    let picture = u64::from(size.0) * u64::from(size.1) * 4;
    if picture * (1 + layers(tree.root())) <= MOST_MEMORY {
        return Ok(());
    }
    let text = format!("the drawing needs too much memory at {} x {} pixels", size.0, size.1);
    Err(ConversionError::TooLarge(text))
}

/// Returns how many groups that are drawn apart lie within each other at most.
fn layers(group: &Group) -> u64 {
    let within = group.children().iter().map(|node| {
        let mut most = if let Node::Group(group) = node { layers(group) } else { 0 };
        node.subroots(|root| most = most.max(1 + layers(root)));
        most
    });
    u64::from(group.should_isolate()) + within.max().unwrap_or(0)
}

fn draw(tree: &Tree, frame: Frame) -> Result<DynamicImage, ConversionError> {
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let size = frame.size((width, height), true)?;
    check_memory(tree, size)?;
    let Some(mut pixmap) = Pixmap::new(size.0, size.1) else {
        return Err(ConversionError::TooLarge("the drawing is too large".into()));
    };
    let (x, y) = (f64::from(size.0) / width, f64::from(size.1) / height);
    let (x, y) = if frame.fit == Fit::Crop { (x.max(y), x.max(y)) } else { (x, y) };
    let centre = |size: u32, length: f64| ((f64::from(size) - length) / 2.0) as f32;
    let (left, top) = (centre(size.0, width * x), centre(size.1, height * y));
    let transform = Transform::from_row(x as f32, 0.0, 0.0, y as f32, left, top);
    resvg::render(tree, transform, &mut pixmap.as_mut());
    let pixels = pixmap.pixels().iter().flat_map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    let image = RgbaImage::from_raw(size.0, size.1, pixels.collect());
    image
        .map(DynamicImage::from)
        .ok_or_else(|| ConversionError::Failed("the drawing cannot be drawn".into()))
}
