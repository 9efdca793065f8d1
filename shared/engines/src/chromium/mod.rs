//! The engine for pages of the web: Chromium, installed as `chromium`.
//!
//! It runs without any network, this machine's own included, and is spoken to over two pipes ([`launch`], [`session`]).
//! What a page asks for is stopped before it leaves the browser and comes to [`requests`], which has it fetched by
//! whoever gave the page ([`Fetch`]), or refuses it: nothing that is not handed in reaches a page. Its own sandbox needs
//! namespaces, which a confined process may not make; ours ([`crate::sandbox`]) stands in its place.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Program, Route};

mod options;

#[cfg(feature = "run")]
mod browse;
#[cfg(feature = "run")]
mod capture;
#[cfg(feature = "run")]
mod document;
#[cfg(feature = "run")]
mod error;
#[cfg(feature = "run")]
mod fetch;
#[cfg(feature = "run")]
mod launch;
#[cfg(feature = "run")]
mod load;
#[cfg(feature = "run")]
mod page;
#[cfg(feature = "run")]
mod picture;
#[cfg(feature = "run")]
mod print;
#[cfg(feature = "run")]
mod requests;
#[cfg(feature = "run")]
mod seen;
#[cfg(feature = "run")]
mod session;
#[cfg(test)]
#[cfg(feature = "run")]
mod tests;

#[cfg(feature = "run")]
pub use capture::Capture;
#[cfg(feature = "run")]
pub use error::CaptureError;
#[cfg(feature = "run")]
pub use fetch::{Asked, Fetch, Fetched, Fetching, Refusal};

/// The operation that makes a file of a page of the web.
pub const CAPTURE: &str = "capture-website";

const PICTURES: &[Format] = &[Format::JPG, Format::PNG];

pub(crate) const ENGINE: Engine = Engine {
    name: "chrome",
    aliases: &["chromium"],
    program: Some(Program {
        name: "chromium",
        install: "apt-get install chromium",
        #[cfg(feature = "run")]
        version: &["--version"],
        #[cfg(feature = "run")]
        others: &["chromium-browser", "google-chrome"],
        // Both `Chromium 156.0` and `Google Chrome 156.0`.
        #[cfg(feature = "run")]
        after: "Chrom",
    }),
    routes: &[
        Route {
            inputs: &[Format::HTML],
            outputs: &[Format::PDF],
            options: options::OF_PDF,
            ..Route::CONVERT
        },
        Route {
            inputs: &[Format::HTML],
            outputs: PICTURES,
            options: options::OF_PICTURES,
            ..Route::CONVERT
        },
        Route {
            operation: CAPTURE,
            outputs: &[Format::PDF],
            options: options::OF_PDF,
            ..Route::CONVERT
        },
        Route {
            operation: CAPTURE,
            outputs: PICTURES,
            options: options::OF_PICTURES,
            ..Route::CONVERT
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Program(document::convert),
};
