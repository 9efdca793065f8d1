//! The engine that draws PDF pages, each as a picture of its own, and reads their text.
//!
//! It is no program and reads nothing but the file: fonts that a file does not bring are replaced by some within.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec, PASSWORD};
use crate::pages::PAGES;
use crate::raster::{FIT, HEIGHT, JPG_QUALITY, WEBP_QUALITY, WIDTH};

#[cfg(feature = "run")]
mod draw;
#[cfg(feature = "run")]
mod open;
#[cfg(feature = "run")]
mod text;
#[cfg(feature = "run")]
mod thumbnail;

const PDF: &[Format] = &[Format::PDF];

/// How many pixels become of an inch.
const DENSITY: OptionSpec =
    OptionSpec::optional("density", Kind::Integer { min: 1, max: 500, default: Some(150) });

/// Of how many pages, from the first, small pictures are made.
const COUNT: OptionSpec =
    OptionSpec::optional("count", Kind::Integer { min: 1, max: 5_000, default: Some(1) });

/// The route of small pictures.
const THUMBNAIL: Route = Route { operation: "thumbnail", inputs: PDF, ..Route::CONVERT };

pub(crate) const ENGINE: Engine = Engine {
    name: "hayro",
    aliases: &[],
    program: None,
    routes: &[
        Route {
            inputs: PDF,
            outputs: &[Format::PNG],
            options: &[PAGES, DENSITY, WIDTH, HEIGHT, FIT, PASSWORD],
            ..Route::CONVERT
        },
        Route {
            inputs: PDF,
            outputs: &[Format::JPG],
            options: &[PAGES, DENSITY, WIDTH, HEIGHT, FIT, PASSWORD, JPG_QUALITY],
            ..Route::CONVERT
        },
        Route {
            inputs: PDF,
            outputs: &[Format::WEBP],
            options: &[PAGES, DENSITY, WIDTH, HEIGHT, FIT, PASSWORD, WEBP_QUALITY],
            ..Route::CONVERT
        },
        Route {
            inputs: PDF,
            outputs: &[Format::TXT],
            options: &[PAGES, PASSWORD],
            ..Route::CONVERT
        },
        Route {
            outputs: &[Format::PNG],
            options: &[WIDTH, HEIGHT, FIT, COUNT, PASSWORD],
            ..THUMBNAIL
        },
        Route {
            outputs: &[Format::JPG],
            options: &[WIDTH, HEIGHT, FIT, COUNT, PASSWORD, JPG_QUALITY],
            ..THUMBNAIL
        },
        Route {
            outputs: &[Format::WEBP],
            options: &[WIDTH, HEIGHT, FIT, COUNT, PASSWORD, WEBP_QUALITY],
            ..THUMBNAIL
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::run),
};

#[cfg(feature = "run")]
mod run {
    use super::{THUMBNAIL, draw, open, text, thumbnail};
    use crate::conversion::Job;
    use crate::pages::select;
    use crate::raster::Frame;
    use crate::{ConversionError, Format, Made};

    pub(super) fn run(job: &Job) -> Result<Made, ConversionError> {
        let wanted = &job.conversion;
        let pdf = open::open(job)?;
        if wanted.operation == THUMBNAIL.operation {
            return thumbnail::make(job, &pdf);
        }
        let pages = select(&wanted.options, pdf.pages().len())?;
        if wanted.output_format == Format::TXT {
            return text::write(job, &pdf, &pages);
        }
        let density = super::DENSITY.integer(&wanted.options).unwrap_or(150);
        draw::pages(job, &pdf, &pages, (Frame::of(&wanted.options), f64::from(density)))
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
