//! Pictures as pages: JPEG as it is, others without loss, all upright.

use std::fs::{self, File};
use std::io::BufReader;

use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::PICTURES;
use super::open::save;
use crate::conversion::Job;
use crate::images::decode;
use crate::raster::{Picture, check_size};
use crate::{ConversionError, Format, Made, Source};

mod flate;

/// How many points a pixel gets: 96 of them are an inch, as on the web.
pub(super) const PICTURE_POINTS: f32 = 0.75;

/// The longest side of a page in points that all programs show (ISO 32000-1, annex C.2).
const LONGEST_SIDE: f32 = 14_400.0;

/// A picture in a file.
pub(super) struct Embedded {
    pub(super) id: ObjectId,
    /// Its width and height when it is upright, in pixels.
    pub(super) size: (u32, u32),
    orientation: Orientation,
}

/// Returns whether pictures of a format can be put into a file.
pub(super) fn taken(format: Format) -> bool {
    PICTURES.contains(&format)
}

/// Makes a file of one page, which is the picture.
///
/// # Errors
///
/// When the picture cannot be read.
pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let mut document = Document::with_version("1.5");
    let picture = embed(&mut document, job.source())?;
    job.progress.set(70);
    let (width, height) = (picture.size.0 as f32, picture.size.1 as f32);
    let points = PICTURE_POINTS.min(LONGEST_SIDE / width.max(height));
    let (width, height) = (width * points, height * points);
    let content = picture.draw("Picture", (width, height));
    let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
    let root = document.new_object_id();
    let drawn = dictionary! { "Picture" => picture.id };
    let page = document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => root,
        "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
        "Resources" => dictionary! { "XObject" => drawn },
        "Contents" => content,
    });
    let pages = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(root, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    document.trailer.set("Root", catalog);
    save(&mut document, &job.output())?;
    Ok(job.output().into())
}

/// Adds a picture to a file.
///
/// # Errors
///
/// When it cannot be read, or is beyond the limits.
pub(super) fn embed(document: &mut Document, source: &Source) -> Result<Embedded, ConversionError> {
    if source.format == Format::JPG
        && let Some(embedded) = jpeg(document, source)?
    {
        return Ok(embedded);
    }
    let Picture { image, profile, .. } = decode::open(&source.path, source.format)?;
    let size = (image.width(), image.height());
    let (image, alpha) = parts(image);
    let mut members = Dictionary::new();
    if let Some(alpha) = alpha {
        let mask = flate::stream(Dictionary::new(), &alpha)?;
        members.set("SMask", document.add_object(mask));
    }
    members.set("ColorSpace", colours(document, profile, image.color().channel_count().into()));
    let id = document.add_object(flate::stream(members, &image)?);
    Ok(Embedded { id, size, orientation: Orientation::NoTransforms })
}

/// Returns the colours of a picture with 8 bits, and how transparent it is, if it is anywhere.
fn parts(image: DynamicImage) -> (DynamicImage, Option<DynamicImage>) {
    let alpha = image.color().has_alpha().then(|| image.to_rgba8());
    let alpha = alpha.filter(|image| image.pixels().any(|pixel| pixel.0[3] < 255));
    let alpha = alpha.map(|image| {
        let samples = image.pixels().map(|pixel| pixel.0[3]).collect();
        image::GrayImage::from_raw(image.width(), image.height(), samples).unwrap_or_default()
    });
    let flat: DynamicImage = if image.color().has_color() {
        image.into_rgb8().into()
    } else {
        image.into_luma8().into()
    };
    (flat, alpha.map(DynamicImage::from))
}

/// Adds a JPEG as it is, unless it is of a kind that PDF does not know.
fn jpeg(document: &mut Document, source: &Source) -> Result<Option<Embedded>, ConversionError> {
    let file = BufReader::new(File::open(&source.path)?);
    let decoder = ImageReader::with_format(file, ImageFormat::Jpeg).into_decoder();
    let mut decoder = decoder.map_err(decode::error)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let channels = match decoder.original_color_type() {
        ExtendedColorType::L8 => 1,
        ExtendedColorType::Rgb8 => 3,
        // Four colours may stand either way round: decoding knows.
        _ => return Ok(None),
    };
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let members = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(width),
        "Height" => i64::from(height),
        "BitsPerComponent" => 8,
        "ColorSpace" => colours(document, profile, channels),
        "Filter" => "DCTDecode",
    };
    let id = document.add_object(Stream::new(members, fs::read(&source.path)?));
    let lies = turns(orientation)[0] == 0.0;
    let size = if lies { (height, width) } else { (width, height) };
    Ok(Some(Embedded { id, size, orientation }))
}

/// Returns the colours that samples are of: by the picture's profile, if it has one that fits.
fn colours(document: &mut Document, profile: Option<Vec<u8>>, channels: i64) -> Object {
    let (space, device) =
        if channels == 1 { (b"GRAY", "DeviceGray") } else { (b"RGB ", "DeviceRGB") };
    // ICC.1:2022, 7.2: the data colour space is at bytes 16 to 19.
    let profile = profile.filter(|profile| profile.get(16..20) == Some(space));
    let Some(profile) = profile else { return device.into() };
    let mut stream = Stream::new(dictionary! { "N" => channels, "Alternate" => device }, profile);
    // What cannot be made smaller stays as it is.
    let _ = stream.compress();
    vec!["ICCBased".into(), document.add_object(stream).into()].into()
}

impl Embedded {
    /// Returns what draws the picture in a box of that size, upright.
    pub(super) fn draw(&self, name: &str, (width, height): (f32, f32)) -> String {
        let [a, b, c, d, e, f] = turns(self.orientation);
        format!("q {width} 0 0 {height} 0 0 cm {a} {b} {c} {d} {e} {f} cm /{name} Do Q")
    }
}

/// Returns how a picture is turned to be upright, in a square of the side 1 whose origin is below on the left.
fn turns(orientation: Orientation) -> [f32; 6] {
    match orientation {
        Orientation::NoTransforms => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        Orientation::FlipHorizontal => [-1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
        Orientation::Rotate180 => [-1.0, 0.0, 0.0, -1.0, 1.0, 1.0],
        Orientation::FlipVertical => [1.0, 0.0, 0.0, -1.0, 0.0, 1.0],
        Orientation::Rotate90FlipH => [0.0, -1.0, -1.0, 0.0, 1.0, 1.0],
        Orientation::Rotate90 => [0.0, -1.0, 1.0, 0.0, 0.0, 1.0],
        Orientation::Rotate270FlipH => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        Orientation::Rotate270 => [0.0, 1.0, -1.0, 0.0, 1.0, 0.0],
    }
}
