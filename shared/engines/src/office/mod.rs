//! The engine for office documents: LibreOffice, installed as `soffice`.
//!
//! A document goes to a LibreOffice that is kept warm ([`warm`]), some fifty times as fast as one that is begun for it; what
//! that cannot open, to `soffice --convert-to` with a profile of its own ([`soffice`]).

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Program, Route};
use crate::options::PASSWORD;

#[cfg(feature = "run")]
mod filter;
#[cfg(feature = "run")]
mod interface;
#[cfg(feature = "run")]
mod kit;
mod options;
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
mod worker;

#[cfg(feature = "run")]
pub(crate) use kit::serve;
#[cfg(feature = "run")]
pub(crate) use warm::Warm;
#[cfg(feature = "run")]
use work::place;

/// What Writer reads, macros and templates included: no macro runs, and a template is as good as a document.
const TEXTS: &[Format] = &[
    Format::DOC,
    Format::DOCM,
    Format::DOCX,
    Format::DOT,
    Format::DOTX,
    Format::ODT,
    Format::OTT,
    Format::RTF,
];

const SHEETS: &[Format] =
    &[Format::CSV, Format::ODS, Format::OTS, Format::XLS, Format::XLSM, Format::XLSX, Format::XLTX];

const SLIDES: &[Format] = &[
    Format::ODP,
    Format::OTP,
    Format::POTX,
    Format::PPS,
    Format::PPSX,
    Format::PPT,
    Format::PPTM,
    Format::PPTX,
];

const fn pdf(inputs: &'static [Format]) -> Route {
    Route { inputs, outputs: &[Format::PDF], options: options::PDF, ..Route::CONVERT }
}

const fn siblings(inputs: &'static [Format], outputs: &'static [Format]) -> Route {
    Route { inputs, outputs, options: &[PASSWORD], ..Route::CONVERT }
}

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
        pdf(TEXTS),
        pdf(SHEETS),
        pdf(SLIDES),
        pdf(&[Format::ODG]),
        siblings(
            TEXTS,
            &[Format::DOC, Format::DOCX, Format::HTML, Format::ODT, Format::RTF, Format::TXT],
        ),
        siblings(SHEETS, &[Format::CSV, Format::ODS, Format::XLS, Format::XLSX]),
        siblings(SLIDES, &[Format::ODP, Format::PPT, Format::PPTX]),
        siblings(&[Format::ODG], &[Format::SVG]),
        // What pandoc and calibre do not read.
        siblings(
            &[Format::DOC, Format::DOCM, Format::DOT, Format::DOTX, Format::OTT],
            &[Format::EPUB],
        ),
        siblings(&[Format::HTML], &[Format::DOC, Format::DOCX]),
    ],
    #[cfg(feature = "run")]
    run: Run::Program(work::convert),
};

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
