use domain::{Code, Failure};
use egress::EgressError;
use files::{FilesError, TransferError};

use crate::run::Stop;

/// Why a storage did not do its part, told to whoever named it, or why we did not do ours.
#[derive(Debug, thiserror::Error)]
pub(in crate::storage) enum Trouble {
    /// It could not be reached, or not be heard to the end.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// It said no, or something is not as it was said to be: a sentence.
    #[error("{0}")]
    Told(String),
    /// The file is larger than may be.
    #[error("The file {0} is larger than may be.")]
    TooLarge(String),
    /// Our own bucket failed.
    #[error(transparent)]
    Ours(#[from] FilesError),
}

impl Trouble {
    pub(super) fn told(sentence: impl Into<String>) -> Self {
        Self::Told(sentence.into())
    }

    /// Returns how the task ends: what is the storage's doing fails it with this code.
    pub(super) fn stop(self, code: Code) -> Stop {
        match self {
            Self::Egress(EgressError::TooLarge { .. }) | Self::TooLarge(_) => {
                Stop::Failed(Failure::new(Code::FileTooLarge, self.to_string()))
            }
            Self::Egress(_) | Self::Told(_) => Stop::Failed(Failure::new(code, self.to_string())),
            Self::Ours(error) => error.into(),
        }
    }
}

impl From<TransferError<Self>> for Trouble {
    fn from(error: TransferError<Self>) -> Self {
        match error {
            TransferError::Source(trouble) => trouble,
            TransferError::Files(error) => Self::Ours(error),
        }
    }
}
