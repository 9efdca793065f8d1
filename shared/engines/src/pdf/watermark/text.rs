use lopdf::{Document, Encoding, dictionary};
use serde_json::{Map, Value};

use super::{Stamp, widths};
use crate::ConversionError;
use crate::pdf::options::{FONT_COLOR, FONT_NAME, FONT_SIZE, FONT_WIDTH_PERCENT, TEXT, colour};
use crate::watermark::FONT_ALIGN;

/// How far lines are apart, and how far the first one's baseline is from the top, in the size of the font.
const LEADING: f32 = 1.2;
const ASCENT: f32 = 0.9;

/// Every character of Courier is as wide.
const COURIER: [u16; 224] = [600; 224];

/// A text in one of the fonts that every program has.
pub(super) struct Text {
    /// Its lines, in WinAnsiEncoding, with their widths at the size 1.
    lines: Vec<(Vec<u8>, f32)>,
    font: &'static str,
}

impl Text {
    /// Returns a text with its measure.
    ///
    /// # Errors
    ///
    /// When the fonts don't have all its characters.
    pub(super) fn new(text: &str, options: &Map<String, Value>) -> Result<Self, ConversionError> {
        let (font, widths) = font(&FONT_NAME.text(options).unwrap_or_default());
        let line = |line: &str| {
            let bytes = Document::encode_text(&Encoding::SimpleEncoding(b"WinAnsiEncoding"), line);
            if bytes.len() != line.chars().count() || bytes.iter().any(|byte| *byte < 32) {
                return Err(unknown());
            }
            let width: u32 =
                bytes.iter().map(|byte| u32::from(widths[usize::from(*byte) - 32])).sum();
            Ok((bytes, width as f32 / 1000.0))
        };
        let lines = text.lines().map(line).collect::<Result<_, _>>()?;
        Ok(Self { lines, font })
    }

    /// Returns what a page of that width draws.
    pub(super) fn stamp(&self, page: f32, options: &Map<String, Value>) -> Stamp {
        let widest = self.lines.iter().map(|(_, width)| *width).fold(0.0, f32::max);
        let wanted = FONT_WIDTH_PERCENT.number(options).filter(|_| widest > 0.0);
        let given = FONT_SIZE.number(options).unwrap_or(24.0) as f32;
        let size = wanted.map_or(given, |percent| page * percent as f32 / 100.0 / widest);
        let height = LEADING * size * self.lines.len() as f32;
        let [red, green, blue] =
            FONT_COLOR.text(options).as_deref().and_then(colour).unwrap_or_default();
        let mut content = format!("{red} {green} {blue} rg BT /F {size} Tf ");
        for (index, (line, width)) in self.lines.iter().enumerate() {
            let spare = (widest - width) * size;
            let x = match FONT_ALIGN.text(options).as_deref() {
                Some("left") => 0.0,
                Some("right") => spare,
                _ => spare / 2.0,
            };
            let y = height - (ASCENT + LEADING * index as f32) * size;
            let digits: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
            content += &format!("1 0 0 1 {x} {y} Tm <{digits}> Tj ");
        }
        let font = dictionary! {
            "Type" => "Font",
            "Subtype" => "Type1",
            "BaseFont" => self.font,
            "Encoding" => "WinAnsiEncoding",
        };
        let resources = dictionary! { "Font" => dictionary! { "F" => font } };
        Stamp { size: (widest * size, height), content: (content + "ET").into_bytes(), resources }
    }
}

fn font(name: &str) -> (&'static str, &'static [u16; 224]) {
    match name {
        "Helvetica-Bold" => ("Helvetica-Bold", &widths::HELVETICA_BOLD),
        "Times-Roman" | "Times New Roman" => ("Times-Roman", &widths::TIMES_ROMAN),
        "Times-Bold" => ("Times-Bold", &widths::TIMES_BOLD),
        "Times-Italic" => ("Times-Italic", &widths::TIMES_ITALIC),
        "Courier" | "Courier New" => ("Courier", &COURIER),
        "Courier-Bold" => ("Courier-Bold", &COURIER),
        _ => ("Helvetica", &widths::HELVETICA),
    }
}

fn unknown() -> ConversionError {
    ConversionError::InvalidOption {
        field: TEXT.name.into(),
        message: "the text may only have characters of Western European languages".into(),
    }
}
