use aws_sdk_s3::error::{BoxError, DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// The bucket could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There is no such object.
    #[error("there is no such object")]
    Gone,
    /// The object is not the one that was recorded.
    #[error("the object has changed")]
    Changed,
    /// It did not answer, or with an error.
    #[error("the bucket is unavailable: {0}")]
    Unavailable(String),
    /// A file on this machine's disk could not be read or written.
    #[error("the disk failed")]
    Disk(#[from] std::io::Error),
    /// An object of ours does not hold what it should.
    #[error("an object is malformed")]
    Malformed,
}

/// A stream could not be brought into the bucket.
#[derive(Debug, thiserror::Error)]
pub enum TransferError<E> {
    /// Where it came from failed.
    #[error("the source failed")]
    Source(#[source] E),
    /// The bucket did.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl FilesError {
    /// Sorts an error of the SDK by its status.
    pub(crate) fn from_sdk<E>(error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Into<BoxError> + std::error::Error + 'static,
    {
        match error.raw_response().map(|response| response.status().as_u16()) {
            Some(404) => Self::Gone,
            Some(412) => Self::Changed,
            _ => Self::Unavailable(DisplayErrorContext(&error).to_string()),
        }
    }
}
