//! The engine for archives: packing files of any format, and unpacking.
//!
//! What is unpacked is bounded in number, size and ratio while it is read. No name in an archive becomes a path, links
//! and devices are left out, and archives within archives stay as they are. Packing the same files gives the same
//! bytes: no times are kept.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};
use crate::options::PASSWORD;

#[cfg(feature = "run")]
mod budget;
#[cfg(feature = "run")]
mod names;
#[cfg(feature = "run")]
mod pack;
#[cfg(feature = "run")]
mod seven;
#[cfg(feature = "run")]
mod stream;
#[cfg(feature = "run")]
mod tarball;
#[cfg(feature = "run")]
mod unpack;
#[cfg(feature = "run")]
mod zipped;

const ARCHIVES: &[Format] = &[
    Format::SEVEN_ZIP,
    Format::TAR,
    Format::TAR_BZ2,
    Format::TAR_GZ,
    Format::TAR_XZ,
    Format::TAR_ZST,
    Format::ZIP,
];

/// Files that hold one other file.
const COMPRESSED: &[Format] = &[Format::BZ2, Format::GZ, Format::XZ, Format::ZST];

const EXTRACT: Route =
    Route { operation: "archive/extract", options: &[PASSWORD], ..Route::CONVERT };

pub(crate) const ENGINE: Engine = Engine {
    name: "archivetool",
    aliases: &[],
    program: None,
    routes: &[
        Route { operation: "archive", outputs: ARCHIVES, same: true, ..Route::CONVERT },
        Route { inputs: ARCHIVES, ..EXTRACT },
        Route { inputs: COMPRESSED, ..EXTRACT },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::archive),
};

#[cfg(feature = "run")]
mod run {
    use super::{pack, unpack};
    use crate::conversion::Job;
    use crate::{ConversionError, Made};

    pub(super) fn archive(job: &Job) -> Result<Made, ConversionError> {
        match job.conversion.operation.as_str() {
            "archive" => pack::pack(job),
            _ => unpack::unpack(job),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests;
