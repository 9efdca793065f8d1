use crate::ConversionError;

/// Why a page was not captured.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The page could not be had.
    #[error("{0}")]
    Unreachable(String),
    /// It could, but nothing came of it.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
}

/// How the browser did not do as it was told.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrowserError {
    /// It has come to an end.
    #[error("the browser ended early")]
    Ended,
    /// It says why not, in words for who programs it.
    #[error("the browser failed on this page")]
    Refused(String),
}

impl From<BrowserError> for CaptureError {
    fn from(error: BrowserError) -> Self {
        Self::Conversion(ConversionError::Failed(error.to_string()))
    }
}

impl From<CaptureError> for ConversionError {
    fn from(error: CaptureError) -> Self {
        match error {
            CaptureError::Unreachable(reason) => Self::Failed(reason),
            CaptureError::Conversion(error) => error,
        }
    }
}
