use std::io::Cursor;

use fast_image_resize::Resizer;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use lopdf::{Document, Object, ObjectId, Stream};

use super::Aim;
use crate::images::decode::limits;
use crate::pdf::open::MOST_BYTES;
use crate::raster::check_size;

/// Pictures with fewer pixels are no photos.
const LEAST_PIXELS: u32 = 4_096;

/// How many times more pixels than are wanted are worth losing.
const SPARE: f64 = 1.25;

/// Into what part of its bytes a picture must fit to be worth the loss: one that had none is more likely a drawing.
const WORTH: f64 = 0.9;
const WORTH_OF_DRAWING: f64 = 0.4;

/// Returns a picture that is seen in a size in points as a smaller one, if it is of a kind that can be made so.
pub(super) fn smaller(
    document: &Document,
    id: ObjectId,
    size: (f64, f64),
    aim: Aim,
) -> Option<Stream> {
    let stream = document.get_object(id).ok()?.as_stream().ok()?;
    let is_jpeg = stream.filters().is_ok_and(|filters| filters == [b"DCTDecode"]);
    let image = picture(document, stream, is_jpeg)?;
    let image = fewer(image, size, aim.density)?;
    let packed = jpeg(&image, aim.quality)?;
    let worth = if is_jpeg { WORTH } else { WORTH_OF_DRAWING };
    let enough = stream.content.len() as f64 * worth;
    ((packed.len() as f64) < enough).then(|| replaced(stream, &image, packed))
}

/// Returns a picture of gray or of red, green and blue with 8 bits whose numbers mean just that.
fn picture(document: &Document, stream: &Stream, is_jpeg: bool) -> Option<DynamicImage> {
    let number = |key: &[u8]| stream.dict.get_deref(key, document).and_then(Object::as_i64).ok();
    let strange = [&b"Decode"[..], b"Mask", b"ImageMask"].iter().any(|key| stream.dict.has(key));
    if strange || number(b"BitsPerComponent") != Some(8) {
        return None;
    }
    let (width, height) = (number(b"Width")?, number(b"Height")?);
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    check_size(width, height).ok().filter(|()| width * height >= LEAST_PIXELS)?;
    let channels = channels(document, stream)?;
    let image =
        if is_jpeg { decoded(&stream.content)? } else { plain(stream, (width, height), channels)? };
    (image.color().channel_count() == channels).then_some(image)
}

fn channels(document: &Document, stream: &Stream) -> Option<u8> {
    match stream.dict.get_deref(b"ColorSpace", document).ok()? {
        Object::Name(name) if name == b"DeviceRGB" => Some(3),
        Object::Name(name) if name == b"DeviceGray" => Some(1),
        Object::Array(parts) if parts.first()?.as_name().is_ok_and(|name| name == b"ICCBased") => {
            let profile = document.dereference(parts.get(1)?).ok()?.1.as_stream().ok()?;
            let count = profile.dict.get_deref(b"N", document).and_then(Object::as_i64).ok()?;
            u8::try_from(count).ok().filter(|count| [1, 3].contains(count))
        }
        _ => None,
    }
}

fn decoded(data: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(data), ImageFormat::Jpeg);
    reader.limits(limits());
    let decoder = reader.into_decoder().ok()?;
    let four = decoder.original_color_type().channel_count() == 4;
    (!four).then(|| DynamicImage::from_decoder(decoder).ok()).flatten()
}

fn plain(stream: &Stream, (width, height): (u32, u32), channels: u8) -> Option<DynamicImage> {
    let filters = stream.filters().unwrap_or_default();
    if filters.iter().any(|filter| ![&b"FlateDecode"[..], b"LZWDecode"].contains(filter)) {
        return None;
    }
    let data = stream.get_plain_content_with_limit(MOST_BYTES).ok()?;
    if channels == 1 {
        return GrayImage::from_raw(width, height, data).map(DynamicImage::from);
    }
    RgbImage::from_raw(width, height, data).map(DynamicImage::from)
}

/// Returns a picture with no more pixels than are wanted.
fn fewer(image: DynamicImage, (across, down): (f64, f64), density: f64) -> Option<DynamicImage> {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let wanted = |points: f64| (points * density / 72.0).max(1.0);
    let factor = (wanted(across) / width).max(wanted(down) / height);
    if factor * SPARE >= 1.0 {
        return Some(image);
    }
    let size = |length: f64| (length * factor).ceil() as u32;
    let mut small = DynamicImage::new(size(width), size(height), image.color());
    Resizer::new().resize(&image, &mut small, None).ok().map(|()| small)
}

fn jpeg(image: &DynamicImage, quality: u8) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    let (width, height) = (u16::try_from(image.width()).ok()?, u16::try_from(image.height()).ok()?);
    let colours = if image.color().has_color() { ColorType::Rgb } else { ColorType::Luma };
    let encoder = Encoder::new(&mut packed, quality);
    encoder.encode(image.as_bytes(), width, height, colours).ok()?;
    Some(packed)
}

fn replaced(stream: &Stream, image: &DynamicImage, packed: Vec<u8>) -> Stream {
    let mut members = stream.dict.clone();
    members.remove(b"DecodeParms");
    members.set("Filter", "DCTDecode");
    members.set("Width", i64::from(image.width()));
    members.set("Height", i64::from(image.height()));
    Stream::new(members, packed).with_compression(false)
}
