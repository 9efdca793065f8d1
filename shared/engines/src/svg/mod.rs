//! The engine that draws SVG: to PNG, JPEG and WebP, in any size.
//!
//! A drawing reads nothing but itself and the fonts of this machine: references to files and addresses draw nothing,
//! and of those within it (`data:`) only raster pictures are drawn. A drawing has no pixels to lose, so that `max`
//! enlarges it, too.

#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::raster::{FIT, HEIGHT, JPG_QUALITY, THUMBNAIL, WEBP_QUALITY, WIDTH};
use crate::{Format, OptionSpec};

const CONVERT: Route = Route { inputs: &[Format::SVG], ..Route::CONVERT };

const JPG: &[OptionSpec] = &[WIDTH, HEIGHT, FIT, JPG_QUALITY];
const WEBP: &[OptionSpec] = &[WIDTH, HEIGHT, FIT, WEBP_QUALITY];
const PNG: &[OptionSpec] = &[WIDTH, HEIGHT, FIT];

pub(crate) const ENGINE: Engine = Engine {
    name: "resvg",
    aliases: &[],
    program: None,
    routes: &[
        Route { outputs: &[Format::JPG], options: JPG, ..CONVERT },
        Route { outputs: &[Format::WEBP], options: WEBP, ..CONVERT },
        Route { outputs: &[Format::PNG], options: PNG, ..CONVERT },
        Route { operation: THUMBNAIL, outputs: &[Format::JPG], options: JPG, ..CONVERT },
        Route { operation: THUMBNAIL, outputs: &[Format::WEBP], options: WEBP, ..CONVERT },
        Route { operation: THUMBNAIL, outputs: &[Format::PNG], options: PNG, ..CONVERT },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(draw::convert),
};

#[cfg(feature = "run")]
mod draw;
#[cfg(feature = "run")]
mod fonts;
#[cfg(feature = "run")]
mod guard;
#[cfg(feature = "run")]
mod style;

#[cfg(feature = "run")]
pub(crate) use {
    draw::{checked, draw_text as draw, open, picture_format, width},
    fonts::of_this_machine,
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
