//! The engine for tables: CSV, JSON and sheets of XLSX, XLS and ODS among one another, and to HTML.
//!
//! A CSV is UTF-8 with commas, or with the semicolons, tabs or bars that its first line has more of. What is not surely
//! a number stays text: `007`, long digit strings, dates, and formulas, so that no spreadsheet runs what a file brings.
//! CSV and XLSX go both ways in a stream, in memory that does not grow with the file but for the shared strings of an
//! XLSX. The readers of XLS and ODS panic, hang or run out of memory on damaged files: they are for a process apart.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec};

#[cfg(feature = "run")]
mod book;
#[cfg(feature = "run")]
mod export;
#[cfg(feature = "run")]
mod guard;
#[cfg(feature = "run")]
mod import;
#[cfg(feature = "run")]
mod records;
#[cfg(feature = "run")]
mod sink;
#[cfg(feature = "run")]
mod table;
#[cfg(feature = "run")]
mod value;

/// Which sheet becomes the CSV, from 1.
const SHEET: OptionSpec =
    OptionSpec::optional("sheet", Kind::Integer { min: 1, max: 10_000, default: Some(1) });

/// Whether each sheet becomes a file, which has its name.
const ALL_SHEETS: OptionSpec = OptionSpec::optional("all_sheets", Kind::Boolean { default: false });

pub(crate) const ENGINE: Engine = Engine {
    name: "sheets",
    aliases: &[],
    program: None,
    routes: &[
        Route {
            inputs: &[Format::CSV],
            outputs: &[Format::HTML, Format::JSON, Format::XLSX],
            ..Route::CONVERT
        },
        Route {
            inputs: &[Format::JSON],
            outputs: &[Format::CSV, Format::HTML, Format::XLSX],
            ..Route::CONVERT
        },
        Route {
            inputs: &[Format::ODS, Format::XLS, Format::XLSX],
            outputs: &[Format::CSV, Format::HTML, Format::JSON],
            options: &[SHEET, ALL_SHEETS],
            ..Route::CONVERT
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::convert),
};

#[cfg(feature = "run")]
mod run {

    use super::{ALL_SHEETS, Format, book, export, import, records};
    use crate::conversion::Job;
    use crate::{ConversionError, Made};

    pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
        let (input, output) = (job.source().format, job.conversion.output_format);
        let all = ALL_SHEETS.flag(&job.conversion.options);
        match (input, output) {
            (Format::CSV, Format::XLSX) => import::convert(job),
            (Format::CSV | Format::JSON, _) => records::convert(job),
            (Format::XLSX, Format::CSV) if !all => export::convert(job),
            _ => book::convert(job),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
