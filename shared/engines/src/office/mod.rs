//! The engine for office documents: LibreOffice, installed as `soffice`.
//!
//! Each run is a new `soffice --convert-to` with a fresh, hardened profile. The warm worker (LibreOfficeKit in a child
//! process of ours, some fifty times faster) will be `worker.rs` beside `soffice.rs`, which stays its fall-back.

use crate::Format::{
    self, Csv, Doc, Docx, Html, Odp, Ods, Odt, Pdf, Ppt, Pptx, Rtf, Txt, Xls, Xlsx,
};
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Program, Route};
use crate::options::{Kind, OptionSpec};

mod pages;

#[cfg(feature = "run")]
mod filter;
#[cfg(feature = "run")]
mod profile;
#[cfg(feature = "run")]
mod soffice;

const TEXTS: &[Format] = &[Doc, Docx, Odt, Rtf];
const SHEETS: &[Format] = &[Csv, Ods, Xls, Xlsx];
const SLIDES: &[Format] = &[Odp, Ppt, Pptx];

/// Which pages become the PDF.
const PAGES: OptionSpec = OptionSpec {
    name: "pages",
    kind: Kind::String { valid: pages::is_range, form: "pages and ranges of pages such as 1-3,5" },
};

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
        Route { inputs: TEXTS, outputs: &[Pdf], same: false, options: &[PAGES] },
        Route { inputs: SHEETS, outputs: &[Pdf], same: false, options: &[PAGES] },
        Route { inputs: SLIDES, outputs: &[Pdf], same: false, options: &[PAGES] },
        Route {
            inputs: TEXTS,
            outputs: &[Doc, Docx, Html, Odt, Rtf, Txt],
            same: false,
            options: &[],
        },
        Route { inputs: SHEETS, outputs: SHEETS, same: false, options: &[] },
        Route { inputs: SLIDES, outputs: SLIDES, same: false, options: &[] },
    ],
    #[cfg(feature = "run")]
    run: Run::Program(soffice::convert),
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
