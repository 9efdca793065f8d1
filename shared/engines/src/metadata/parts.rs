//! The parts of a picture's file, of which one is its XMP packet (XMP specification, part 3).

use std::fs;
use std::path::Path;

use img_parts::Bytes;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;

use crate::{ConversionError, Format};

const JPG_HEADER: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const PNG_HEADER: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";
const PNG_KIND: [u8; 4] = *b"iTXt";
const WEBP_ID: [u8; 4] = *b"XMP ";

/// The chunk of an extended WebP that says what else there is, and its flags (RFC 9649, 2.7).
const VP8X: [u8; 4] = *b"VP8X";
const HAS_XMP: u8 = 0x04;
const HAS_ALPHA: u8 = 0x10;

/// A picture by its parts; none of them is decoded.
pub(super) enum Parts {
    Jpg(Jpeg),
    Png(Png),
    Webp(WebP),
}

impl Parts {
    pub(super) fn open(path: &Path, format: Format) -> Result<Self, ConversionError> {
        let bytes = Bytes::from(fs::read(path)?);
        let parts = match format {
            Format::JPG => Jpeg::from_bytes(bytes).map(Self::Jpg),
            Format::PNG => Png::from_bytes(bytes).map(Self::Png),
            _ => WebP::from_bytes(bytes).map(Self::Webp),
        };
        parts.map_err(|_| ConversionError::invalid("the picture is damaged"))
    }

    /// Returns the XMP packet, if there is one.
    pub(super) fn packet(&self) -> Option<String> {
        let packet = match self {
            Self::Jpg(jpeg) => jpeg
                .segments_by_marker(markers::APP1)
                .find_map(|segment| segment.contents().strip_prefix(JPG_HEADER)),
            Self::Png(png) => {
                png.chunks_by_type(PNG_KIND).find_map(|it| it.contents().strip_prefix(PNG_HEADER))
            }
            Self::Webp(webp) => webp
                .chunk_by_id(WEBP_ID)
                .and_then(|chunk| chunk.content().data())
                .map(|data| data.as_ref()),
        };
        packet.map(|packet| String::from_utf8_lossy(packet).into_owned())
    }

    pub(super) fn set_packet(&mut self, packet: String) {
        match self {
            Self::Jpg(jpeg) => set_jpg(jpeg, &packet),
            Self::Png(png) => set_png(png, &packet),
            Self::Webp(webp) => set_webp(webp, packet),
        }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Jpg(jpeg) => jpeg.encoder().bytes(),
            Self::Png(png) => png.encoder().bytes(),
            Self::Webp(webp) => webp.encoder().bytes(),
        }
    }
}

/// The packet stands behind what must come first: JFIF and EXIF.
fn set_jpg(jpeg: &mut Jpeg, packet: &str) {
    let segments = jpeg.segments_mut();
    segments.retain(|it| !(it.marker() == markers::APP1 && it.contents().starts_with(JPG_HEADER)));
    let is_first = |it: &JpegSegment| matches!(it.marker(), markers::APP0 | markers::APP1);
    let place = segments.iter().take_while(|it| is_first(it)).count();
    let contents = Bytes::from([JPG_HEADER, packet.as_bytes()].concat());
    segments.insert(place, JpegSegment::new_with_contents(markers::APP1, contents));
}

fn set_png(png: &mut Png, packet: &str) {
    let chunks = png.chunks_mut();
    chunks.retain(|it| !(it.kind() == PNG_KIND && it.contents().starts_with(PNG_HEADER)));
    let contents = Bytes::from([PNG_HEADER, packet.as_bytes()].concat());
    chunks.insert(1.min(chunks.len()), PngChunk::new(PNG_KIND, contents));
}

fn set_webp(webp: &mut WebP, packet: String) {
    let first = webp.chunks().first().map(|chunk| (chunk.id(), chunk.content().data().cloned()));
    let size = webp.dimensions().unwrap_or((1, 1));
    webp.chunks_mut().retain(|chunk| chunk.id() != WEBP_ID && chunk.id() != VP8X);
    let header = match first {
        Some((VP8X, Some(data))) => {
            let mut header = data.to_vec();
            header.first_mut().into_iter().for_each(|flags| *flags |= HAS_XMP);
            header
        }
        Some((_, data)) => extended(size, data.as_deref()),
        None => extended(size, None),
    };
    let chunk = |id, data: Vec<u8>| RiffChunk::new(id, RiffContent::Data(Bytes::from(data)));
    webp.chunks_mut().insert(0, chunk(VP8X, header));
    webp.chunks_mut().push(chunk(WEBP_ID, packet.into_bytes()));
}

/// Returns the chunk VP8X of a simple file. Only a lossless picture can be transparent there, which its fifth byte
/// says (RFC 9649, 3.4).
fn extended((width, height): (u32, u32), picture: Option<&[u8]>) -> Vec<u8> {
    let lossless = picture.filter(|data| data.first() == Some(&0x2F));
    let alpha = lossless.and_then(|data| data.get(4)).is_some_and(|byte| byte & HAS_ALPHA != 0);
    let mut header = vec![HAS_XMP | if alpha { HAS_ALPHA } else { 0 }, 0, 0, 0];
    header.extend(&(width - 1).to_le_bytes()[..3]);
    header.extend(&(height - 1).to_le_bytes()[..3]);
    header
}
