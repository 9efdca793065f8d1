//! Pictures without loss: PDF knows the filters of PNG, so that an encoder of that format does the work.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder};
use lopdf::{Dictionary, Stream, dictionary};

use crate::ConversionError;
use crate::raster::encoding_error;

/// The length of a PNG file's signature, and what stands around a chunk's data: length and kind, checksum.
const SIGNATURE: usize = 8;
const BEFORE: usize = 8;
const AFTER: usize = 4;

/// Returns a picture of 8 bits, gray or in colour, with some members of its own.
///
/// # Errors
///
/// When it cannot be encoded.
pub(super) fn stream(
    mut members: Dictionary,
    image: &DynamicImage,
) -> Result<Stream, ConversionError> {
    let mut png = Vec::new();
    let how = (CompressionType::Default, FilterType::Adaptive);
    PngEncoder::new_with_quality(&mut png, how.0, how.1)
        .write_image(image.as_bytes(), image.width(), image.height(), image.color().into())
        .map_err(encoding_error)?;
    let (width, channels) = (i64::from(image.width()), i64::from(image.color().channel_count()));
    members.extend(&dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => width,
        "Height" => i64::from(image.height()),
        "BitsPerComponent" => 8,
        "Filter" => "FlateDecode",
        "DecodeParms" => dictionary! {
            "Predictor" => 15,
            "Colors" => channels,
            "BitsPerComponent" => 8,
            "Columns" => width,
        },
    });
    if !members.has(b"ColorSpace") {
        members.set("ColorSpace", "DeviceGray");
    }
    Ok(Stream::new(members, data(&png)).with_compression(false))
}

/// Returns the data of all chunks IDAT together, which is one stream.
fn data(png: &[u8]) -> Vec<u8> {
    let (mut rest, mut data) = (&png[SIGNATURE..], Vec::with_capacity(png.len()));
    while let Some((head, body)) = rest.split_at_checked(BEFORE) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if &head[4..] == b"IDAT" {
            data.extend_from_slice(&body[..length]);
        }
        rest = &body[length + AFTER..];
    }
    data
}
