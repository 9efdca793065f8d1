//! The engine for pictures: converting them among one another, thumbnails, watermarks, and making files smaller.
//!
//! An animation stays one where the format can be one: GIF, WebP and PNG; elsewhere it is its first frame, and a TIFF
//! file its first page. Pictures are turned upright. Colour profile and EXIF are kept where the format holds them.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec};
use crate::raster::{AVIF_QUALITY, FIT, HEIGHT, JPG_QUALITY, THUMBNAIL, WEBP_QUALITY, WIDTH};
use crate::watermark;

#[cfg(feature = "run")]
mod animation;
#[cfg(feature = "run")]
pub(crate) mod decode;
#[cfg(feature = "run")]
mod jpeg;
#[cfg(feature = "run")]
mod mark;
#[cfg(feature = "run")]
mod optimize;

const INPUTS: &[Format] = &[
    Format::BMP,
    Format::GIF,
    Format::ICO,
    Format::JPG,
    Format::PNG,
    Format::PNM,
    Format::QOI,
    Format::TGA,
    Format::TIFF,
    Format::WEBP,
];

/// Whether the colour profile and EXIF are left out.
const STRIP: OptionSpec = OptionSpec::optional("strip", Kind::Boolean { default: false });

/// Whether an animation stays one, or becomes its first frame.
const FRAMES: OptionSpec = OptionSpec::optional("frames", Kind::Enum(&["all", "first"]));

/// What a smaller file is for: the more it is looked at, the less is lost.
const PROFILE: OptionSpec =
    OptionSpec::optional("profile", Kind::Enum(&["web", "print", "archive", "mrc", "max"]));

/// How good a smaller JPEG looks, instead of what the profile says. A PNG loses nothing unless it is given; then it is
/// how many of 256 colours are left.
const OPTIMIZE_QUALITY: OptionSpec =
    OptionSpec::optional("quality", Kind::Integer { min: 1, max: 100, default: None });

const CONVERT: Route = Route { inputs: INPUTS, same: true, ..Route::CONVERT };
const SMALL: Route = Route { operation: THUMBNAIL, ..CONVERT };

pub(crate) const ENGINE: Engine = Engine {
    name: "image",
    aliases: &[],
    program: None,
    routes: &[
        Route {
            outputs: &[Format::JPG],
            options: &[WIDTH, HEIGHT, FIT, STRIP, JPG_QUALITY],
            ..CONVERT
        },
        Route {
            outputs: &[Format::WEBP],
            options: &[WIDTH, HEIGHT, FIT, STRIP, FRAMES, WEBP_QUALITY],
            ..CONVERT
        },
        Route {
            outputs: &[Format::AVIF],
            options: &[WIDTH, HEIGHT, FIT, STRIP, AVIF_QUALITY],
            ..CONVERT
        },
        Route {
            outputs: &[Format::GIF, Format::PNG],
            options: &[WIDTH, HEIGHT, FIT, STRIP, FRAMES],
            ..CONVERT
        },
        Route {
            outputs: &[
                Format::BMP,
                Format::ICO,
                Format::PNM,
                Format::QOI,
                Format::TGA,
                Format::TIFF,
            ],
            options: &[WIDTH, HEIGHT, FIT, STRIP],
            ..CONVERT
        },
        Route { outputs: &[Format::JPG], options: &[WIDTH, HEIGHT, FIT, JPG_QUALITY], ..SMALL },
        Route { outputs: &[Format::WEBP], options: &[WIDTH, HEIGHT, FIT, WEBP_QUALITY], ..SMALL },
        Route { outputs: &[Format::PNG], options: &[WIDTH, HEIGHT, FIT], ..SMALL },
        Route {
            operation: "optimize",
            inputs: &[Format::JPG, Format::PNG],
            options: &[PROFILE, OPTIMIZE_QUALITY],
            ..Route::CONVERT
        },
        Route {
            operation: "watermark",
            inputs: INPUTS,
            options: &[
                watermark::TEXT,
                watermark::FONT_SIZE,
                watermark::FONT_WIDTH_PERCENT,
                watermark::FONT_COLOR,
                watermark::FONT_NAME,
                watermark::FONT_ALIGN,
                watermark::IMAGE_WIDTH,
                watermark::IMAGE_HEIGHT,
                watermark::IMAGE_WIDTH_PERCENT,
                watermark::POSITION_VERTICAL,
                watermark::POSITION_HORIZONTAL,
                watermark::MARGIN_VERTICAL,
                watermark::MARGIN_HORIZONTAL,
                watermark::OPACITY,
                watermark::ROTATION,
            ],
            ..Route::CONVERT
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::work),
};

#[cfg(feature = "run")]
mod run {
    use image::DynamicImage;

    use super::{STRIP, THUMBNAIL, animation, decode, mark, optimize};
    use crate::conversion::Job;
    use crate::raster::{Frame, Picture, save};
    use crate::{ConversionError, Made};

    pub(super) fn work(job: &Job) -> Result<Made, ConversionError> {
        match job.conversion.operation.as_str() {
            "optimize" => optimize::optimize(job),
            "watermark" => change(job, &mark::of(job)?),
            THUMBNAIL => still(job, &resize(job)),
            _ => change(job, &resize(job)),
        }
    }

    fn resize(job: &Job) -> impl Fn(DynamicImage) -> Result<DynamicImage, ConversionError> {
        let wanted = Frame::wanted(&job.conversion);
        move |image| wanted.apply(image)
    }

    /// Changes a picture, or each one of an animation.
    fn change(job: &Job, change: animation::Change<'_>) -> Result<Made, ConversionError> {
        match animation::convert(job, change)? {
            Some(made) => Ok(made),
            None => still(job, change),
        }
    }

    fn still(job: &Job, change: animation::Change<'_>) -> Result<Made, ConversionError> {
        let Picture { image, profile, exif } =
            decode::open(&job.source().path, job.source().format)?;
        job.progress.set(40);
        let image = change(image)?;
        job.progress.set(60);
        let strip = STRIP.flag(&job.conversion.options);
        // A thumbnail is to be small, and says nothing of where it was taken.
        let exif = exif.filter(|_| !strip && job.conversion.operation != THUMBNAIL);
        save(Picture { image, profile: profile.filter(|_| !strip), exif }, job)
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
