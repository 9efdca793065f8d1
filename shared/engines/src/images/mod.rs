//! The engine for pictures: PNG, JPEG, WebP, GIF, BMP and TIFF among one another.
//!
//! A GIF that becomes a GIF keeps its frames; otherwise the first frame of an animation is used, and the first page of
//! a TIFF file. Pictures are turned upright. What else their metadata says is dropped, but for the colour profile.

use crate::Format::{self, Bmp, Gif, Jpg, Png, Tiff, Webp};
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec};
use crate::raster::{FIT, HEIGHT, JPG_QUALITY, WEBP_QUALITY, WIDTH};

#[cfg(feature = "run")]
mod animation;
#[cfg(feature = "run")]
mod decode;
#[cfg(feature = "run")]
mod jpeg;

const INPUTS: &[Format] = &[Bmp, Gif, Jpg, Png, Tiff, Webp];

/// Whether the colour profile is left out, too.
const STRIP: OptionSpec = OptionSpec { name: "strip", kind: Kind::Boolean { default: false } };

pub(crate) const ENGINE: Engine = Engine {
    name: "image",
    aliases: &[],
    program: None,
    routes: &[
        Route {
            inputs: INPUTS,
            outputs: &[Jpg],
            same: true,
            options: &[WIDTH, HEIGHT, FIT, STRIP, JPG_QUALITY],
        },
        Route {
            inputs: INPUTS,
            outputs: &[Webp],
            same: true,
            options: &[WIDTH, HEIGHT, FIT, STRIP, WEBP_QUALITY],
        },
        Route {
            inputs: INPUTS,
            outputs: &[Bmp, Gif, Png, Tiff],
            same: true,
            options: &[WIDTH, HEIGHT, FIT, STRIP],
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::convert),
};

#[cfg(feature = "run")]
mod run {
    use std::path::PathBuf;

    use super::{Gif, STRIP, animation, decode};
    use crate::ConversionError;
    use crate::conversion::Job;
    use crate::raster::{Frame, Picture, save};

    pub(super) fn convert(job: &Job) -> Result<Vec<PathBuf>, ConversionError> {
        let wanted = &job.conversion;
        if (wanted.input_format, wanted.output_format) == (Gif, Gif) {
            return animation::convert(job);
        }
        let Picture { image, profile } = decode::open(&wanted.input, wanted.input_format)?;
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
