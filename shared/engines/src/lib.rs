//! One conversion on local files: which engines there are, what each can do, and doing it.
//!
//! Each engine is one file or folder that declares itself and, with the feature `run`, does its work.
//! Without that feature the crate only answers what can become what and with which options, which is all
//! that an API function needs. This room knows nothing of tasks, of AWS or of the network: it gets a file,
//! an empty directory and options, and leaves its results in that directory.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most enums that are matched here are those of libraries, which grow"
)]

mod bridge;
mod catalogue;
mod engine;
mod format;
mod options;
mod pages;
mod raster;
mod table;
mod unsupported;
mod watermark;

#[cfg(feature = "run")]
mod conversion;
#[cfg(feature = "run")]
mod convert;
#[cfg(feature = "run")]
mod detect;
#[cfg(feature = "run")]
mod probe;
#[cfg(feature = "run")]
mod process;
#[cfg(feature = "run")]
mod progress;
#[cfg(feature = "run")]
mod sandbox;
#[cfg(test)]
#[cfg(feature = "run")]
mod testing;

pub use catalogue::{Availability, Catalogue, Pair};
pub use engine::{CONVERT, Engine, Program, Route, Wanted, secrets};
pub use format::Format;
pub use options::{Kind, OptionSpec, whole};
pub use table::TableError;
pub use unsupported::Unsupported;

#[cfg(feature = "run")]
pub use conversion::{Conversion, ConversionError, Made, Output, Product, Source};
#[cfg(feature = "run")]
pub use detect::{Claim, DetectError, detect};
#[cfg(feature = "run")]
pub use process::{Limits, child};
#[cfg(feature = "run")]
pub use progress::Progress;
#[cfg(feature = "run")]
pub use sandbox::{Gap, gaps, hide};

/// Makes each named module an engine; the order is the preference where two serve the same pair.
macro_rules! engines {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+
        const ENGINES: &[&Engine] = &[$(&$name::ENGINE),+];
    };
}

// rustfmt finds no modules inside a macro: name these files to it (`rustfmt shared/engines/src/*.rs`).
engines! {
    images,
    svg,
    markdown,
    hypertext,
    sheets,
    archives,
    metadata,
    office,
    pdf_render,
    pdf,
    pdf_draw,
}

/// Returns every engine, best first: those that are code, then those that are tables.
fn engines() -> impl Iterator<Item = &'static Engine> {
    ENGINES.iter().chain(table::built_in()).copied()
}
