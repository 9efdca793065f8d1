use std::io;

use aws::MissingSetting;
use store::StoreError;

use super::data::DataError;
use super::functions::FunctionError;
use super::template::TemplateError;
use super::tls::TlsError;

/// The stack cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Its directory cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The template is not one that it can run.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A state machine is not one that it can run.
    #[error("{name}: {reason}")]
    Machine {
        /// The machine.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A function cannot be made.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// The table cannot be opened.
    #[error("the table cannot be opened: {0}")]
    Table(String),
    /// A port cannot be had.
    #[error("port {port}: {source}")]
    Port {
        /// The port.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// The key cannot be stored.
    #[error(transparent)]
    Key(#[from] StoreError),
    /// The gateway cannot speak TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl From<MissingSetting> for StackError {
    fn from(missing: MissingSetting) -> Self {
        Self::Function(missing.into())
    }
}
