use files::FilesError;
use lambda_runtime::Diagnostic;
use settle::SettleError;
use store::StoreError;

/// Why an invocation failed: whoever called it tries again.
///
/// What is wrong with a task is never one of these: that ends the task.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The event is not one for this function.
    #[error("the event cannot be read: {0}")]
    InvalidEvent(#[from] serde_json::Error),
    /// The table did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket or the disk did not do its part.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A group could not be settled to its end.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// As many tasks of the key as may be are being worked on: this one's turn comes.
    #[error("the key has as many tasks at work as it may")]
    KeyBusy,
    /// As many functions run as may: later there is room.
    #[error("there is no room for another function")]
    Throttled,
    /// An input of the task has not ended: it was started too early.
    #[error("an input has not ended")]
    TooEarly,
    /// A webhook did not take what it was sent: later it may.
    #[error("the webhook did not take it: {0}")]
    DeliveryFailed(String),
}

impl WorkerError {
    /// Returns the name that state machines go by; it must not change with the type's.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidEvent(_) => "InvalidEvent",
            Self::Store(_) | Self::Files(_) | Self::Settle(_) => "ServiceUnavailable",
            Self::KeyBusy => "KeyBusy",
            Self::Throttled => "Throttled",
            Self::TooEarly => "TooEarly",
            Self::DeliveryFailed(_) => "DeliveryFailed",
        }
    }
}

impl From<WorkerError> for Diagnostic {
    fn from(error: WorkerError) -> Self {
        Self { error_type: error.name().to_owned(), error_message: error.to_string() }
    }
}
