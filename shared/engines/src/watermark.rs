//! What watermarks share, on pictures and on pages alike: their options, and where a mark goes and how large it is.
//!
//! Lengths are in pixels of a picture or in points of a page, and are measured from the upper left corner.

use crate::options::{Kind, OptionSpec};
#[cfg(feature = "run")]
use serde_json::{Map, Value};

/// The words of the mark; without it, the mark is the picture that comes with the file.
pub(crate) const TEXT: OptionSpec = OptionSpec::optional(
    "text",
    Kind::String {
        valid: |text| !text.trim().is_empty() && text.chars().count() <= 500,
        form: "a text of at most 500 characters",
    },
);

/// How large the text is.
pub(crate) const FONT_SIZE: OptionSpec =
    OptionSpec::optional("font_size", Kind::Integer { min: 1, max: 5_000, default: None });

/// How much of the width the text takes, unless `font_size` is given.
pub(crate) const FONT_WIDTH_PERCENT: OptionSpec =
    OptionSpec::optional("font_width_percent", Kind::Integer { min: 1, max: 100, default: None });

/// The colour of the text.
pub(crate) const FONT_COLOR: OptionSpec = OptionSpec::optional(
    "font_color",
    Kind::String { valid: |text| rgb(text).is_some(), form: "a colour such as #ff8000" },
);

/// The family of the text's font; another one is taken when it is not here.
pub(crate) const FONT_NAME: OptionSpec = OptionSpec::optional(
    "font_name",
    Kind::String {
        valid: |text| {
            text.len() <= 100 && text.chars().all(|it| it.is_alphanumeric() || " -_".contains(it))
        },
        form: "the name of a font",
    },
);

/// How lines of different length stand below each other.
pub(crate) const FONT_ALIGN: OptionSpec =
    OptionSpec::optional("font_align", Kind::Enum(&["center", "left", "right"]));

/// How wide the picture is.
pub(crate) const IMAGE_WIDTH: OptionSpec = length("image_width");

/// How high the picture is.
pub(crate) const IMAGE_HEIGHT: OptionSpec = length("image_height");

/// How much of the width the picture takes, unless a width or a height is given.
pub(crate) const IMAGE_WIDTH_PERCENT: OptionSpec =
    OptionSpec::optional("image_width_percent", Kind::Integer { min: 1, max: 100, default: None });

/// Where the mark is, from top to bottom.
pub(crate) const POSITION_VERTICAL: OptionSpec =
    OptionSpec::optional("position_vertical", Kind::Enum(&["center", "top", "bottom"]));

/// Where the mark is, from left to right.
pub(crate) const POSITION_HORIZONTAL: OptionSpec =
    OptionSpec::optional("position_horizontal", Kind::Enum(&["center", "left", "right"]));

/// How far it is from the upper or lower edge; no matter in the middle.
pub(crate) const MARGIN_VERTICAL: OptionSpec = margin("margin_vertical");

/// How far it is from the left or right edge; no matter in the middle.
pub(crate) const MARGIN_HORIZONTAL: OptionSpec = margin("margin_horizontal");

/// How much it covers what lies below, in percent.
pub(crate) const OPACITY: OptionSpec =
    OptionSpec::optional("opacity", Kind::Integer { min: 0, max: 100, default: Some(100) });

/// How far it is turned clockwise about its own middle, in degrees.
pub(crate) const ROTATION: OptionSpec =
    OptionSpec::optional("rotation", Kind::Float { min: -360.0, max: 360.0, default: Some(0.0) });

const fn length(name: &'static str) -> OptionSpec {
    OptionSpec::optional(name, Kind::Integer { min: 1, max: 30_000, default: None })
}

const fn margin(name: &'static str) -> OptionSpec {
    OptionSpec::optional(name, Kind::Integer { min: 0, max: 30_000, default: Some(25) })
}

/// Returns a colour that is written `#rrggbb` or `#rgb`, the mark being optional, as red, green and blue.
pub(crate) fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let digits: Vec<u8> =
        digits.chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect::<Option<_>>()?;
    match digits.as_slice() {
        [red, green, blue] => Some([red * 17, green * 17, blue * 17]),
        [r, ed, g, reen, b, lue] => Some([r * 16 + ed, g * 16 + reen, b * 16 + lue]),
        _ => None,
    }
}

/// Where a mark goes, and how it lies there.
#[cfg(feature = "run")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// Left or top is -1, the middle 0, right or bottom 1.
    side: (f64, f64),
    margin: (f64, f64),
    /// How much it covers what lies below, from 0 to 1.
    pub(crate) opacity: f64,
    /// How far it is turned clockwise about its middle, in degrees.
    pub(crate) rotation: f64,
}

#[cfg(feature = "run")]
impl Placement {
    /// Returns what the options ask for.
    pub(crate) fn of(options: &Map<String, Value>) -> Self {
        let side = |spec: &OptionSpec| match spec.text(options).as_deref() {
            Some("left" | "top") => -1.0,
            Some("right" | "bottom") => 1.0,
            Some(_) | None => 0.0,
        };
        let number = |spec: &OptionSpec| spec.number(options).unwrap_or_default();
        Self {
            side: (side(&POSITION_HORIZONTAL), side(&POSITION_VERTICAL)),
            margin: (number(&MARGIN_HORIZONTAL), number(&MARGIN_VERTICAL)),
            opacity: number(&OPACITY) / 100.0,
            rotation: number(&ROTATION),
        }
    }

    /// Returns where the middle of a mark lies on a page, so that the mark, turned, keeps the margins.
    pub(crate) fn middle(&self, page: (f64, f64), mark: (f64, f64)) -> (f64, f64) {
        let (sine, cosine) = self.rotation.to_radians().sin_cos();
        let width = mark.0 * cosine.abs() + mark.1 * sine.abs();
        let height = mark.0 * sine.abs() + mark.1 * cosine.abs();
        let along = |side: f64, margin: f64, page: f64, mark: f64| {
            page / 2.0 + side * ((page - mark) / 2.0 - margin)
        };
        (
            along(self.side.0, self.margin.0, page.0, width),
            along(self.side.1, self.margin.1, page.1, height),
        )
    }
}

/// Returns the size of the font of a text that is so wide, and so high in all its lines, at size 1: as wanted, or else
/// so that it takes a part of the page's width, half of it at first.
#[cfg(feature = "run")]
pub(crate) fn font_size(options: &Map<String, Value>, page: (f64, f64), text: (f64, f64)) -> f64 {
    if let Some(size) = FONT_SIZE.number(options) {
        return size;
    }
    if let Some(percent) = FONT_WIDTH_PERCENT.number(options) {
        return page.0 * percent / 100.0 / text.0;
    }
    (page.0 / 2.0 / text.0).min(page.1 / 2.0 / text.1)
}

/// Returns the size of a picture as a mark: as wanted, in its own shape unless both sides are given; else in its own
/// size, if that is at most half the page's width.
#[cfg(feature = "run")]
pub(crate) fn picture_size(
    options: &Map<String, Value>,
    page: (f64, f64),
    picture: (f64, f64),
) -> (f64, f64) {
    let shape = picture.1 / picture.0;
    match (IMAGE_WIDTH.number(options), IMAGE_HEIGHT.number(options)) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, width * shape),
        (None, Some(height)) => (height / shape, height),
        (None, None) => {
            let percent = IMAGE_WIDTH_PERCENT.number(options);
            let width =
                percent.map_or(picture.0.min(page.0 / 2.0), |percent| page.0 * percent / 100.0);
            (width, width * shape)
        }
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests {
    use serde_json::json;

    use super::*;

    fn options(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn colours_have_three_or_six_digits() {
        let check = |text: &str, expected| assert_eq!(rgb(text), expected, "{text}");
        check("#ff8000", Some([255, 128, 0]));
        check("FF8000", Some([255, 128, 0]));
        check("#f80", Some([255, 136, 0]));
        for bad in ["", "#", "red", "#ff80", "#ff80000", "#gg0000", "#ff800é"] {
            check(bad, None);
        }
    }

    #[test]
    fn a_mark_keeps_its_margins_on_each_side() {
        let check = |value: Value, expected| {
            let middle = Placement::of(&options(value)).middle((200.0, 100.0), (40.0, 20.0));
            assert_eq!((middle.0.round(), middle.1.round()), expected);
        };
        check(json!({}), (100.0, 50.0));
        check(json!({"position_horizontal": "left", "margin_horizontal": 5}), (25.0, 50.0));
        check(json!({"position_horizontal": "right", "margin_horizontal": 5}), (175.0, 50.0));
        check(json!({"position_vertical": "top", "margin_vertical": 0}), (100.0, 10.0));
        check(json!({"position_vertical": "bottom"}), (100.0, 65.0));
        check(
            json!({"position_vertical": "top", "margin_vertical": 0, "rotation": -90}),
            (100.0, 20.0),
        );
    }

    #[test]
    fn a_text_is_as_large_as_wanted_or_half_as_wide_as_the_page() {
        let check = |value: Value, expected| {
            assert_eq!(font_size(&options(value), (200.0, 100.0), (5.0, 1.0)), expected);
        };
        check(json!({}), 20.0);
        check(json!({"font_width_percent": 10}), 4.0);
        check(json!({"font_width_percent": 10, "font_size": 30}), 30.0);
    }

    #[test]
    fn a_picture_keeps_its_shape_unless_both_sides_are_given() {
        let check = |value: Value, expected| {
            assert_eq!(picture_size(&options(value), (200.0, 100.0), (400.0, 100.0)), expected);
        };
        check(json!({}), (100.0, 25.0));
        check(json!({"image_width": 40}), (40.0, 10.0));
        check(json!({"image_height": 40}), (160.0, 40.0));
        check(json!({"image_width": 40, "image_height": 40}), (40.0, 40.0));
        check(json!({"image_width_percent": 20}), (40.0, 10.0));
    }
}
