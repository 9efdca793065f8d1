//! The engine that draws SVG: to PNG, JPEG and WebP, in any size.
//!
//! A drawing reads nothing but itself and the fonts of this machine: references to files and addresses draw nothing,
//! and of those within it (`data:`) only raster pictures are drawn. A drawing has no pixels to lose, so that `max`
//! enlarges it, too.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::raster::{FIT, HEIGHT, JPG_QUALITY, WEBP_QUALITY, WIDTH};

pub(crate) const ENGINE: Engine = Engine {
    name: "resvg",
    aliases: &[],
    program: None,
    routes: &[
        Route {
            inputs: &[Format::SVG],
            outputs: &[Format::JPG],
            options: &[WIDTH, HEIGHT, FIT, JPG_QUALITY],
            ..Route::CONVERT
        },
        Route {
            inputs: &[Format::SVG],
            outputs: &[Format::WEBP],
            options: &[WIDTH, HEIGHT, FIT, WEBP_QUALITY],
            ..Route::CONVERT
        },
        Route {
            inputs: &[Format::SVG],
            outputs: &[Format::PNG],
            options: &[WIDTH, HEIGHT, FIT],
            ..Route::CONVERT
        },
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
    draw::{checked, picture_format},
    fonts::of_this_machine,
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
