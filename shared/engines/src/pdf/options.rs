use super::PASSWORD;
use crate::options::{Kind, OptionSpec};
use crate::pages::{PAGES, is_range};
use crate::watermark::{FONT_ALIGN, POSITION_HORIZONTAL, POSITION_VERTICAL};

/// The pages that are taken out of a file.
pub(super) const EXTRACT: &[OptionSpec] = &[
    OptionSpec::required(
        "pages",
        Kind::String { valid: is_range, form: "pages and ranges of pages such as 1-3,5" },
    ),
    PASSWORD,
];

/// How far pages are turned, clockwise: by so much with a sign, else to that.
pub(super) const ROTATION: OptionSpec = OptionSpec::required(
    "rotation",
    Kind::String {
        valid: is_rotation,
        form: "a multiple of 90 up to 270, such as +90, -90 or 180",
    },
);

pub(super) fn is_rotation(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    ["0", "90", "180", "270"].contains(&digits)
}

/// What must be given to open the file.
pub(super) const SET_PASSWORD: OptionSpec = OptionSpec::optional("set_password", Kind::Secret);

/// What must be given to do all with it, also what is not allowed.
pub(super) const SET_OWNER_PASSWORD: OptionSpec =
    OptionSpec::optional("set_owner_password", Kind::Secret);

/// Whether text and pictures may be copied.
pub(super) const ALLOW_EXTRACT: OptionSpec =
    OptionSpec::optional("allow_extract", Kind::Enum(&["full", "none"]));

/// Whether they may be read out to the blind.
pub(super) const ALLOW_ACCESSIBILITY: OptionSpec =
    OptionSpec::optional("allow_accessibility", Kind::Enum(&["full", "none"]));

/// What may be changed: everything; comments, forms and pages; forms and pages; pages; nothing. As qpdf has it.
pub(super) const ALLOW_MODIFY: OptionSpec = OptionSpec::optional(
    "allow_modify",
    Kind::Enum(&["full", "annotate", "form", "assembly", "none"]),
);

/// Whether it may be printed, well or poorly.
pub(super) const ALLOW_PRINT: OptionSpec =
    OptionSpec::optional("allow_print", Kind::Enum(&["full", "low", "none"]));

pub(super) const ENCRYPT: &[OptionSpec] = &[
    SET_PASSWORD,
    SET_OWNER_PASSWORD,
    ALLOW_EXTRACT,
    ALLOW_ACCESSIBILITY,
    ALLOW_MODIFY,
    ALLOW_PRINT,
    PASSWORD,
];

/// What the file is for: the web, printing, keeping without any loss, or to be as small as can be.
pub(super) const PROFILE: OptionSpec =
    OptionSpec::optional("profile", Kind::Enum(&["web", "print", "archive", "max"]));

/// How good its photos look; else the profile says it.
pub(super) const QUALITY: OptionSpec =
    OptionSpec::optional("quality", Kind::Integer { min: 1, max: 100, default: None });

/// What the file shall say of itself.
pub(super) const METADATA: OptionSpec = OptionSpec::required("metadata", Kind::Dictionary);

const fn number(name: &'static str, min: f64, max: f64, default: Option<f64>) -> OptionSpec {
    OptionSpec::optional(name, Kind::Float { min, max, default })
}

/// The text to put on the pages; else the second file, a picture, is put there.
pub(super) const TEXT: OptionSpec = OptionSpec::optional(
    "text",
    Kind::String {
        valid: |text| (1..=1000).contains(&text.chars().count()),
        form: "a text of 1 to 1000 characters",
    },
);

/// Whether it lies above what is on the pages, or below.
pub(super) const LAYER: OptionSpec = OptionSpec::optional("layer", Kind::Enum(&["above", "below"]));

/// The size of the text, in points.
pub(super) const FONT_SIZE: OptionSpec = number("font_size", 1.0, 2000.0, Some(24.0));

/// The width of the text, in percent of the page's.
pub(super) const FONT_WIDTH_PERCENT: OptionSpec = number("font_width_percent", 0.1, 1000.0, None);

/// The colour of the text.
pub(super) const FONT_COLOR: OptionSpec = OptionSpec::optional(
    "font_color",
    Kind::String { valid: |text| colour(text).is_some(), form: "a colour such as #ff0000" },
);

/// The font; these are in every program that shows PDF files.
pub(super) const FONT_NAME: OptionSpec = OptionSpec::optional(
    "font_name",
    Kind::Enum(&[
        "Helvetica",
        "Helvetica-Bold",
        "Times-Roman",
        "Times-Bold",
        "Times-Italic",
        "Courier",
        "Courier-Bold",
        "Arial",
        "Times New Roman",
        "Courier New",
    ]),
);

/// The size of the picture, in points; what is not given follows from its shape.
pub(super) const IMAGE_WIDTH: OptionSpec = number("image_width", 1.0, 20_000.0, None);
pub(super) const IMAGE_HEIGHT: OptionSpec = number("image_height", 1.0, 20_000.0, None);

/// The width of the picture, in percent of the page's.
pub(super) const IMAGE_WIDTH_PERCENT: OptionSpec = number("image_width_percent", 0.1, 1000.0, None);

/// How far it is from that edge, in points.
pub(super) const MARGIN_VERTICAL: OptionSpec = number("margin_vertical", 0.0, 20_000.0, Some(25.0));
pub(super) const MARGIN_HORIZONTAL: OptionSpec =
    number("margin_horizontal", 0.0, 20_000.0, Some(25.0));

/// How much it hides of what is below it, in percent.
pub(super) const OPACITY: OptionSpec = number("opacity", 0.0, 100.0, Some(100.0));

/// How far it is turned clockwise, in degrees.
pub(super) const TURN: OptionSpec = number("rotation", -360.0, 360.0, Some(0.0));

pub(super) const WATERMARK: &[OptionSpec] = &[
    TEXT,
    PAGES,
    LAYER,
    FONT_SIZE,
    FONT_WIDTH_PERCENT,
    FONT_COLOR,
    FONT_NAME,
    FONT_ALIGN,
    IMAGE_WIDTH,
    IMAGE_HEIGHT,
    IMAGE_WIDTH_PERCENT,
    POSITION_VERTICAL,
    POSITION_HORIZONTAL,
    MARGIN_VERTICAL,
    MARGIN_HORIZONTAL,
    OPACITY,
    TURN,
    PASSWORD,
];

/// Returns the parts of a colour, red, green and blue from 0 to 1: `#rgb`, `#rrggbb`, or a basic name of HTML.
pub(super) fn colour(text: &str) -> Option<[f32; 3]> {
    let digits = match text.to_ascii_lowercase().as_str() {
        "black" => "000000".into(),
        "white" => "ffffff".into(),
        "red" => "ff0000".into(),
        "green" => "008000".into(),
        "blue" => "0000ff".into(),
        "gray" | "grey" => "808080".into(),
        "yellow" => "ffff00".into(),
        "orange" => "ffa500".into(),
        other => other.strip_prefix('#').unwrap_or(other).to_owned(),
    };
    let digits: Vec<u32> = digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let parts = match digits[..] {
        [red, green, blue] => [red * 17, green * 17, blue * 17],
        [a, b, c, d, e, f] => [a * 16 + b, c * 16 + d, e * 16 + f],
        _ => return None,
    };
    Some(parts.map(|part| part as f32 / 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_written_as_on_the_web() {
        for red in ["#ff0000", "#F00", "f00", "Red"] {
            assert_eq!(colour(red), Some([1.0, 0.0, 0.0]), "{red}");
        }
        for bad in ["", "#", "#12345", "#ggg", "purple-ish", "#1234567"] {
            assert_eq!(colour(bad), None, "{bad}");
        }
    }

    #[test]
    fn pages_are_turned_by_quarters() {
        for good in ["+90", "-90", "180", "0", "270", "-270"] {
            assert!(is_rotation(good), "{good}");
        }
        for bad in ["", "45", "90°", "+ 90", "360", "++90", "-"] {
            assert!(!is_rotation(bad), "{bad}");
        }
    }
}
