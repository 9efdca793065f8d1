//! The engine that makes a PDF page of a drawing, which stays one: it can be enlarged without loss, and its text copied.
//!
//! What a drawing may refer to is the same as where it becomes a picture: nothing but itself and the fonts here.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};

#[cfg(feature = "run")]
mod draw;

pub(crate) const ENGINE: Engine = Engine {
    name: "krilla",
    aliases: &[],
    program: None,
    routes: &[Route { inputs: &[Format::SVG], outputs: &[Format::PDF], ..Route::CONVERT }],
    #[cfg(feature = "run")]
    run: Run::Embedded(draw::convert),
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
