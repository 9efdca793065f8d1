//! The engine for office documents: LibreOffice, installed as `soffice`.
//!
//! A document goes to a LibreOffice that is kept warm ([`warm`]), some fifty times as fast as one that is begun for it; what
//! that cannot open, to `soffice --convert-to` with a profile of its own ([`soffice`]).

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Program, Route};
use crate::options::PASSWORD;
use crate::pages::PAGES;

#[cfg(feature = "run")]
mod filter;
#[cfg(feature = "run")]
mod interface;
#[cfg(feature = "run")]
mod kit;
#[cfg(feature = "run")]
mod pipe;
#[cfg(feature = "run")]
mod profile;
#[cfg(feature = "run")]
mod soffice;
#[cfg(feature = "run")]
mod warm;
#[cfg(feature = "run")]
mod work;

#[cfg(feature = "run")]
pub(crate) use kit::serve;
#[cfg(feature = "run")]
pub(crate) use warm::Warm;
#[cfg(feature = "run")]
use work::place;

const TEXTS: &[Format] = &[Format::DOC, Format::DOCX, Format::ODT, Format::RTF];
const SHEETS: &[Format] = &[Format::CSV, Format::ODS, Format::XLS, Format::XLSX];
const SLIDES: &[Format] = &[Format::ODP, Format::PPT, Format::PPTX];

pub(crate) const ENGINE: Engine = Engine {
    name: "office",
    aliases: &["libreoffice"],
    program: Some(Program {
        name: "soffice",
        install: "apt-get install libreoffice-nogui",
        #[cfg(feature = "run")]
        version: &["--version"],
        #[cfg(feature = "run")]
        others: &[],
        #[cfg(feature = "run")]
        after: "",
    }),
    routes: &[
        Route {
            inputs: TEXTS,
            outputs: &[Format::PDF],
            options: &[PAGES, PASSWORD],
            ..Route::CONVERT
        },
        Route {
            inputs: SHEETS,
            outputs: &[Format::PDF],
            options: &[PAGES, PASSWORD],
            ..Route::CONVERT
        },
        Route {
            inputs: SLIDES,
            outputs: &[Format::PDF],
            options: &[PAGES, PASSWORD],
            ..Route::CONVERT
        },
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
    run: Run::Program(work::convert),
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
