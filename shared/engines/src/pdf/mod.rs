//! The engine for what is done with PDF files as they are: joining, splitting, turning, protecting, marking, making
//! them smaller, and what they say of themselves; and for pictures that become pages.
//!
//! Results are not protected, whether or not the file was, but for those of `pdf/encrypt`.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{OptionSpec, PASSWORD};
use crate::pages::PAGES;

mod options;

#[cfg(feature = "run")]
mod assembly;
#[cfg(feature = "run")]
mod extract;
#[cfg(feature = "run")]
mod merge;
#[cfg(feature = "run")]
mod metadata;
#[cfg(feature = "run")]
mod open;
#[cfg(feature = "run")]
mod optimize;
#[cfg(feature = "run")]
mod pictures;
#[cfg(feature = "run")]
mod protect;
#[cfg(feature = "run")]
mod rotate;
#[cfg(feature = "run")]
mod same;
#[cfg(feature = "run")]
mod tree;
#[cfg(feature = "run")]
mod watermark;

const PICTURES: &[Format] =
    &[Format::BMP, Format::GIF, Format::JPG, Format::PNG, Format::TIFF, Format::WEBP];

/// The route of an operation on PDF files that gives such files.
const fn pdf(operation: &'static str, options: &'static [OptionSpec]) -> Route {
    Route { operation, inputs: &[Format::PDF], outputs: &[], same: false, options }
}

pub(crate) const ENGINE: Engine = Engine {
    name: "lopdf",
    aliases: &[],
    program: None,
    routes: &[
        Route { inputs: PICTURES, outputs: &[Format::PDF], ..Route::CONVERT },
        Route { outputs: &[Format::PDF], same: true, ..pdf("merge", &[PASSWORD]) },
        pdf("pdf/split-pages", &[PASSWORD]),
        pdf("pdf/extract-pages", options::EXTRACT),
        pdf("pdf/rotate-pages", &[PAGES, options::ROTATION, PASSWORD]),
        pdf("pdf/encrypt", options::ENCRYPT),
        pdf("pdf/decrypt", &[PASSWORD]),
        pdf("optimize", &[options::PROFILE, options::QUALITY, PASSWORD]),
        pdf("watermark", options::WATERMARK),
        pdf("metadata", &[PASSWORD]),
        pdf("metadata/write", &[options::METADATA, PASSWORD]),
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run),
};

#[cfg(feature = "run")]
fn run(job: &crate::conversion::Job) -> Result<crate::Made, crate::ConversionError> {
    match job.conversion.operation.as_str() {
        crate::CONVERT => pictures::convert(job),
        "merge" => merge::merge(job),
        "pdf/split-pages" => extract::split(job),
        "pdf/extract-pages" => extract::extract(job),
        "pdf/rotate-pages" => rotate::rotate(job),
        "pdf/encrypt" => protect::encrypt(job),
        "pdf/decrypt" => protect::decrypt(job),
        "optimize" => optimize::optimize(job),
        "watermark" => watermark::put(job),
        "metadata" => metadata::read(job),
        "metadata/write" => metadata::write(job),
        other => {
            Err(crate::ConversionError::Failed(format!("{other} is nothing to do with a pdf")))
        }
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
