//! The engine for office documents: LibreOffice, installed as `soffice`.
//!
//! Each run is a new `soffice --convert-to` with a fresh, hardened profile. The warm worker (LibreOfficeKit in a child
//! process of ours, some fifty times faster) will be `worker.rs` beside `soffice.rs`, which stays its fall-back.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Program, Route};
use crate::options::{Kind, OptionSpec};

mod pages;

#[cfg(feature = "run")]
mod filter;
#[cfg(feature = "run")]
mod pipe;
#[cfg(feature = "run")]
mod profile;
#[cfg(feature = "run")]
mod soffice;

const TEXTS: &[Format] = &[Format::DOC, Format::DOCX, Format::ODT, Format::RTF];
const SHEETS: &[Format] = &[Format::CSV, Format::ODS, Format::XLS, Format::XLSX];
const SLIDES: &[Format] = &[Format::ODP, Format::PPT, Format::PPTX];

/// Which pages become the PDF.
const PAGES: OptionSpec = OptionSpec::optional(
    "pages",
    Kind::String { valid: pages::is_range, form: "pages and ranges of pages such as 1-3,5" },
);

pub(crate) const ENGINE: Engine = Engine {
    name: "office",
    aliases: &["libreoffice"],
    program: Some(Program {
        name: "soffice",
        install: "apt-get install libreoffice-nogui",
        #[cfg(feature = "run")]
        version: &["--version"],
    }),
    routes: &[
        Route { inputs: TEXTS, outputs: &[Format::PDF], options: &[PAGES], ..Route::CONVERT },
        Route { inputs: SHEETS, outputs: &[Format::PDF], options: &[PAGES], ..Route::CONVERT },
        Route { inputs: SLIDES, outputs: &[Format::PDF], options: &[PAGES], ..Route::CONVERT },
        Route {
            inputs: TEXTS,
            outputs: &[
                Format::DOC,
                Format::DOCX,
                Format::HTML,
                Format::ODT,
                Format::RTF,
                Format::TXT,
            ],
            ..Route::CONVERT
        },
        Route { inputs: SHEETS, outputs: SHEETS, ..Route::CONVERT },
        Route { inputs: SLIDES, outputs: SLIDES, ..Route::CONVERT },
    ],
    #[cfg(feature = "run")]
    run: Run::Program(soffice::convert),
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
