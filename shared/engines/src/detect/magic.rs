//! Binary formats by the bytes they begin with.

use super::Look;
use crate::Format;

/// A format, and bytes that stand at an offset of its files.
type Mark = (Format, usize, &'static [u8]);

/// The marks that tell a format; where one is part of another, the longer stands first.
const MARKS: &[Mark] = &[
    (Format::PNG, 0, b"\x89PNG\r\n"),
    (Format::JPG, 0, &[0xFF, 0xD8, 0xFF]),
    (Format::GIF, 0, b"GIF8"),
    (Format::CR2, 8, b"CR\x02"),
    (Format::TIFF, 0, b"II*\0"),
    (Format::TIFF, 0, b"MM\0*"),
    (Format::PSD, 0, b"8BPS"),
    (Format::ICO, 0, &[0, 0, 1, 0]),
    (Format::JP2, 0, b"\0\0\0\x0CjP  "),
    (Format::JXL, 0, b"\0\0\0\x0CJXL "),
    (Format::JXL, 0, &[0xFF, 0x0A]),
    (Format::QOI, 0, b"qoif"),
    (Format::EMF, 40, b" EMF"),
    (Format::WMF, 0, &[0xD7, 0xCD, 0xC6, 0x9A]),
    (Format::PS, 0, b"%!PS"),
    (Format::EPS, 0, &[0xC5, 0xD0, 0xD3, 0xC6]),
    (Format::DWG, 0, b"AC10"),
    (Format::WPD, 0, b"\xFFWPC"),
    (Format::MOBI, 60, b"BOOKMOBI"),
    (Format::SEVEN_ZIP, 0, b"7z\xBC\xAF\x27\x1C"),
    (Format::RAR, 0, b"Rar!\x1A\x07"),
    (Format::GZ, 0, &[0x1F, 0x8B]),
    (Format::BZ2, 0, b"BZh"),
    (Format::XZ, 0, b"\xFD7zXZ\0"),
    (Format::ZST, 0, &[0x28, 0xB5, 0x2F, 0xFD]),
    (Format::TAR, 257, b"ustar"),
    (Format::FLAC, 0, b"fLaC"),
    (Format::OPUS, 28, b"OpusHead"),
    (Format::OGG, 0, b"OggS"),
    (Format::MP3, 0, b"ID3"),
    (Format::AAC, 0, &[0xFF, 0xF1]),
    (Format::AAC, 0, &[0xFF, 0xF9]),
    (Format::MP3, 0, &[0xFF, 0xFB]),
    (Format::MP3, 0, &[0xFF, 0xF3]),
    (Format::MP3, 0, &[0xFF, 0xF2]),
    (Format::MKV, 0, &[0x1A, 0x45, 0xDF, 0xA3]),
    (Format::FLV, 0, b"FLV\x01"),
    (Format::WMV, 0, &[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]),
    (Format::MPEG, 0, &[0, 0, 1, 0xBA]),
    (Format::MPEG, 0, &[0, 0, 1, 0xB3]),
    (Format::TS, 188, b"G"),
];

/// What is in a container of the Resource Interchange File Format, or of its forerunner.
const RIFF: &[Mark] = &[
    (Format::WEBP, 8, b"WEBP"),
    (Format::WAV, 8, b"WAVE"),
    (Format::AVI, 8, b"AVI "),
    (Format::AIFF, 8, b"AIF"),
];

/// The brands of an ISO base media file (ISO/IEC 14496-12, 4.3); any other is MP4.
const BRANDS: &[Mark] = &[
    (Format::HEIC, 8, b"hei"),
    (Format::HEIC, 8, b"hev"),
    (Format::HEIC, 8, b"mif1"),
    (Format::HEIC, 8, b"msf1"),
    (Format::AVIF, 8, b"avi"),
    (Format::MOV, 8, b"qt"),
    (Format::M4A, 8, b"M4A"),
    (Format::THREE_GP, 8, b"3g"),
    (Format::MP4, 8, b""),
];

/// Formats whose files begin alike: what looks like the first may be any of the rest.
const ALIKE: &[(Format, &[Format])] = &[
    (Format::TIFF, &[Format::ARW, Format::CR2, Format::DNG, Format::NEF]),
    (Format::HEIC, &[Format::AVIF]),
    (Format::MP4, &[Format::MOV, Format::M4A, Format::THREE_GP]),
    (Format::MOV, &[Format::MP4]),
    (Format::M4A, &[Format::MP4]),
    (Format::MKV, &[Format::WEBM]),
    (Format::OPUS, &[Format::OGG]),
    (Format::WMV, &[Format::WMA]),
    (Format::PS, &[Format::EPS]),
    (Format::MOBI, &[Format::AZW3]),
    (Format::DOC, &[Format::DOT]),
    (Format::PPT, &[Format::PPS]),
    (Format::GZ, &[Format::TAR_GZ]),
    (Format::BZ2, &[Format::TAR_BZ2]),
    (Format::XZ, &[Format::TAR_XZ]),
    (Format::ZST, &[Format::TAR_ZST]),
];

/// Formats that nothing here recognises: who names them is believed, unless the content is surely something else.
const BELIEVED: &[Format] = &[
    Format::AAC,
    Format::BIN,
    Format::DXF,
    Format::MP3,
    Format::MPEG,
    Format::PNM,
    Format::PUB,
    Format::TGA,
    Format::TS,
    Format::VSD,
    Format::WPS,
];

pub(super) fn look(head: &[u8]) -> Option<Look> {
    let find = |marks: &[Mark]| {
        let bears =
            |(_, at, bytes): &&Mark| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
        marks.iter().find(bears).map(|(format, ..)| *format)
    };
    let found = if head.starts_with(b"RIFF") || head.starts_with(b"FORM") {
        find(RIFF)
    } else if head.get(4..8) == Some(b"ftyp") {
        find(BRANDS)
    } else if matches!(head.get(4..8), Some(b"moov" | b"mdat" | b"wide")) {
        Some(Format::MOV)
    } else if is_pdf(head) {
        Some(Format::PDF)
    } else if is_bmp(head) {
        Some(Format::BMP)
    } else {
        find(MARKS).filter(|format| *format != Format::TS || head.first() == Some(&b'G'))
    };
    found.map(Look::Sure)
}

/// Returns whether a file that looks like one format may be of the other.
pub(super) fn may_be(found: Format, claimed: Format) -> bool {
    let alike = ALIKE.iter().filter(|(look, _)| *look == found);
    found == claimed || alike.flat_map(|(_, rest)| *rest).any(|format| *format == claimed)
}

/// Returns whether nothing here recognises the format.
pub(super) fn is_believed(claimed: Format) -> bool {
    BELIEVED.contains(&claimed)
}

/// Two letters alone would make a bitmap of many a text: the bytes at 6 to 9 are reserved and zero.
fn is_bmp(head: &[u8]) -> bool {
    head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4])
}

/// Readers accept a header anywhere in the first 1024 bytes (PDF 1.7, appendix H).
fn is_pdf(head: &[u8]) -> bool {
    head[..head.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}
