use crate::options::{Kind, OptionSpec};

/// The operation that makes a small picture of a file.
pub(crate) const THUMBNAIL: &str = "thumbnail";

/// The longest side of a picture, in pixels.
pub(crate) const LONGEST_SIDE: u32 = 30_000;

/// The width that is wanted.
pub(crate) const WIDTH: OptionSpec = side("width");

/// The height that is wanted.
pub(crate) const HEIGHT: OptionSpec = side("height");

/// How a picture of another shape fits into that size: see `Fit`.
pub(crate) const FIT: OptionSpec =
    OptionSpec::optional("fit", Kind::Enum(&["max", "crop", "scale"]));

/// How good a JPEG looks.
pub(crate) const JPG_QUALITY: OptionSpec = quality(85);

/// How good an AVIF looks.
pub(crate) const AVIF_QUALITY: OptionSpec = quality(70);

/// How good a WebP looks.
pub(crate) const WEBP_QUALITY: OptionSpec = quality(80);

const fn side(name: &'static str) -> OptionSpec {
    OptionSpec::optional(name, Kind::Integer { min: 1, max: LONGEST_SIDE, default: None })
}

const fn quality(default: u32) -> OptionSpec {
    OptionSpec::optional("quality", Kind::Integer { min: 1, max: 100, default: Some(default) })
}
