//! The operations of the API: one file each with its payload, its validation and what doing it is.
//!
//! Without the feature `run` the crate only reads what is asked for ([`Operation::parse`]), all
//! errors at once; with it, a worker does it ([`Operation::run`]). It knows nothing of rows, of
//! HTTP requests or of what comes before and after a task.
//!
//! [`catalogue()`] says what each takes, [`masked`] what of a payload may be shown, and [`plan()`] what a
//! job would do.

mod act;
mod archive;
mod capture_website;
mod command;
mod convert;
mod description;
mod export_url;
mod fields;
mod import_stored;
mod import_upload;
mod import_url;
mod mask;
mod merge;
mod metadata;
mod operation;
mod optimize;
mod pdf;
mod plan;
mod process;
#[cfg(feature = "run")]
mod run;
mod storage;
mod thumbnail;
mod watermark;

#[cfg(feature = "run")]
pub use capture_website::{Opened, Visit, open};
pub use description::{Description, Parameter, ParameterKind, catalogue, describe};
pub use export_url::ExportUrl;
pub use fields::Invalid;
pub use import_stored::Stored;
pub use import_upload::ImportUpload;
pub use import_url::ImportUrl;
pub use mask::{masked, secrets};
pub use operation::{Operation, Rules};
pub use plan::{Forecast, Node, Planned, plan};
#[cfg(feature = "run")]
pub use run::{Bench, Given, Role, Stop};
