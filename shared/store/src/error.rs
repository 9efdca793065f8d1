use aws_sdk_dynamodb::error::{BoxError, DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// The table could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It takes no more at the moment; later it will.
    #[error("the table is throttled")]
    Throttled,
    /// It did not answer, or with an error.
    #[error("the table is unavailable: {0}")]
    Unavailable(String),
    /// A row lacks an attribute, or has one of another kind.
    #[error("a row's {0} is missing or malformed")]
    Malformed(&'static str),
}

impl StoreError {
    /// Tells a table that is throttled from one that does not answer.
    pub(crate) fn from_sdk<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Into<BoxError> + std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        match error.code() {
            Some(
                "ThrottlingException"
                | "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded",
            ) => Self::Throttled,
            _ => Self::Unavailable(DisplayErrorContext(&error).to_string()),
        }
    }
}

/// Takes a condition that did not hold for what it is: somebody else was first.
pub(crate) fn unless_lost<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<(), StoreError>
where
    E: ProvideErrorMetadata + Into<BoxError> + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(()),
        Err(error) => Err(StoreError::from_sdk(error)),
    }
}
