use files::FilesError;
use store::StoreError;
use workflow::WorkflowError;

/// A group could not be settled to its end.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The table did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket did not do its part.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The state machine did not do its part.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}
