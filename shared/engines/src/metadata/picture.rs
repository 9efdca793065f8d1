use std::fs::File;
use std::io::BufReader;

use exif::{Field, In, Reader, Tag, Value as ExifValue};
use image::{ImageDecoder, ImageFormat, ImageReader};
use serde_json::{Map, Value};

use super::parts::Parts;
use super::{WRITABLE, xmp};
use crate::{ConversionError, Source};

/// The longest value, in characters.
const LONGEST: usize = 1_000;

/// What a program keeps for itself, or what only says how the rest is stored.
const LEFT_OUT: [Tag; 3] = [Tag::MakerNote, Tag::UserComment, Tag::InteroperabilityIndex];

/// Returns what a picture says of itself.
pub(super) fn read(source: &Source) -> Result<Map<String, Value>, ConversionError> {
    let mut found = Map::new();
    let file = File::open(&source.path)?;
    // A picture without EXIF, or with a damaged one, has none.
    if let Ok(exif) = Reader::new().read_from_container(&mut BufReader::new(file)) {
        let fields = exif.fields().filter(|field| field.ifd_num == In::PRIMARY);
        found.extend(fields.filter_map(field));
    }
    // What the pixels are goes before what is said of them.
    found.extend(pixels(source)?);
    if WRITABLE.contains(&source.format) {
        let packet = Parts::open(&source.path, source.format)?.packet();
        found.extend(packet.map(|packet| xmp::read(&packet)).unwrap_or_default());
    }
    Ok(found)
}

fn pixels(source: &Source) -> Result<Map<String, Value>, ConversionError> {
    let mut reader = ImageReader::new(BufReader::new(File::open(&source.path)?));
    let format = ImageFormat::from_extension(source.format.extension());
    format.into_iter().for_each(|format| reader.set_format(format));
    let decoder = reader.into_decoder();
    let mut decoder = decoder.map_err(|_| ConversionError::invalid("the picture is damaged"))?;
    let ((width, height), colour) = (decoder.dimensions(), decoder.color_type());
    let channels = u32::from(colour.channel_count().max(1));
    let profile = decoder.icc_profile().ok().flatten().is_some();
    let mime = format.map_or("application/octet-stream", |format| format.to_mime_type());
    let all: [(&str, Value); 8] = [
        ("MIMEType", mime.into()),
        ("ImageWidth", width.into()),
        ("ImageHeight", height.into()),
        ("Megapixels", (f64::from(width) * f64::from(height) / 1e6).into()),
        ("ColorType", if colour.has_color() { "RGB" } else { "Grayscale" }.into()),
        ("HasAlpha", colour.has_alpha().into()),
        ("BitDepth", (u32::from(colour.bits_per_pixel()) / channels).into()),
        ("HasProfile", profile.into()),
    ];
    Ok(all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn field(field: &Field) -> Option<(String, Value)> {
    let name = field.tag.to_string();
    if LEFT_OUT.contains(&field.tag) || field.tag.description().is_none() {
        return None;
    }
    let value = match &field.value {
        ExifValue::Ascii(texts) => {
            let texts = texts.iter().map(|text| String::from_utf8_lossy(text));
            Value::from(texts.collect::<Vec<_>>().join(" ").trim().to_owned())
        }
        value => match value.get_uint(0) {
            Some(number) if value.get_uint(1).is_none() && is_number(field.tag) => number.into(),
            Some(_) | None => field.display_value().to_string().into(),
        },
    };
    let is_short = value.as_str().is_none_or(|text| text.chars().count() <= LONGEST);
    is_short.then_some((name, value))
}

/// Returns whether a number has no words of its own.
fn is_number(tag: Tag) -> bool {
    matches!(tag, Tag::Orientation | Tag::PhotographicSensitivity)
}
