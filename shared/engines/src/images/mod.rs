//! The engine for pictures: PNG, JPEG, WebP, GIF, BMP and TIFF among one another.
//!
//! A GIF that becomes a GIF keeps its frames; otherwise the first frame of an animation is used, and the first page of
//! a TIFF file. Pictures are turned upright. What else their metadata says is dropped, but for the colour profile.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec};
use crate::raster::{FIT, HEIGHT, JPG_QUALITY, WEBP_QUALITY, WIDTH};

#[cfg(feature = "run")]
mod animation;
#[cfg(feature = "run")]
pub(crate) mod decode;
#[cfg(feature = "run")]
mod jpeg;

const INPUTS: &[Format] =
    &[Format::BMP, Format::GIF, Format::JPG, Format::PNG, Format::TIFF, Format::WEBP];

/// Whether the colour profile is left out, too.
const STRIP: OptionSpec = OptionSpec::optional("strip", Kind::Boolean { default: false });

pub(crate) const ENGINE: Engine = Engine {
    name: "image",
    aliases: &[],
    program: None,
    routes: &[
        Route {
            inputs: INPUTS,
            outputs: &[Format::JPG],
            same: true,
            options: &[WIDTH, HEIGHT, FIT, STRIP, JPG_QUALITY],
            ..Route::CONVERT
        },
        Route {
            inputs: INPUTS,
            outputs: &[Format::WEBP],
            same: true,
            options: &[WIDTH, HEIGHT, FIT, STRIP, WEBP_QUALITY],
            ..Route::CONVERT
        },
        Route {
            inputs: INPUTS,
            outputs: &[Format::BMP, Format::GIF, Format::PNG, Format::TIFF],
            same: true,
            options: &[WIDTH, HEIGHT, FIT, STRIP],
            ..Route::CONVERT
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::convert),
};

#[cfg(feature = "run")]
mod run {

    use super::{Format, STRIP, animation, decode};
    use crate::conversion::Job;
    use crate::raster::{Frame, Picture, save};
    use crate::{ConversionError, Made};

    pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
        let wanted = &job.conversion;
        if (job.source().format, wanted.output_format) == (Format::GIF, Format::GIF) {
            return animation::convert(job);
        }
        let Picture { image, profile } = decode::open(&job.source().path, job.source().format)?;
        job.progress.set(40);
        let image = Frame::of(&wanted.options).apply(image)?;
        job.progress.set(60);
        let profile = profile.filter(|_| !STRIP.flag(&wanted.options));
        save(Picture { image, profile }, job)
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
