//! The engine for tables: CSV to XLSX, and one sheet of XLSX to CSV.
//!
//! A CSV is UTF-8 with commas, or with the semicolons, tabs or bars that its first line has more of. What is not surely
//! a number stays text: `007`, long digit strings, dates, and formulas, so that no spreadsheet runs what a file brings.
//! Both ways go in a stream, in memory that does not grow with the file but for the shared strings of an XLSX.
//! XLS and ODS are LibreOffice's: their readers at hand panic, hang or run out of memory on damaged files.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::{Kind, OptionSpec};

#[cfg(feature = "run")]
mod export;
#[cfg(feature = "run")]
mod guard;
#[cfg(feature = "run")]
mod import;
#[cfg(feature = "run")]
mod table;
#[cfg(feature = "run")]
mod value;

/// Which sheet becomes the CSV, from 1.
const SHEET: OptionSpec =
    OptionSpec::optional("sheet", Kind::Integer { min: 1, max: 10_000, default: Some(1) });

pub(crate) const ENGINE: Engine = Engine {
    name: "sheets",
    aliases: &[],
    program: None,
    routes: &[
        Route { inputs: &[Format::CSV], outputs: &[Format::XLSX], ..Route::CONVERT },
        Route {
            inputs: &[Format::XLSX],
            outputs: &[Format::CSV],
            options: &[SHEET],
            ..Route::CONVERT
        },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::convert),
};

#[cfg(feature = "run")]
mod run {

    use super::{Format, export, import};
    use crate::conversion::Job;
    use crate::{ConversionError, Made};

    pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
        if job.source().format == Format::CSV { import::convert(job) } else { export::convert(job) }
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
