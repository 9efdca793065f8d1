use std::collections::BTreeMap;

use files::FilesError;
use lambda_http::http::StatusCode;
use store::{Rate, StoreError};

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No key, or none that is known: the two are told alike.
    #[error("unauthenticated")]
    Unauthenticated,
    /// The key may not do this.
    #[error("the key lacks a scope")]
    Forbidden,
    /// There is no such thing, or it is another owner's, or it has expired: all told alike.
    #[error("not found")]
    NotFound,
    /// The path is one of the API, but not with this method: those that it has, by commas.
    #[error("method not allowed")]
    MethodNotAllowed(String),
    /// The request is wrong, by field.
    #[error("invalid")]
    Invalid(BTreeMap<String, Vec<String>>),
    /// The body is no JSON object.
    #[error("malformed body")]
    Malformed,
    /// The body is larger than may be.
    #[error("body too large")]
    TooLarge,
    /// The key has made as many requests as it may for now.
    #[error("too many requests")]
    TooManyRequests(Rate),
    /// The table takes no more at the moment.
    #[error("throttled")]
    Throttled,
    /// A service did not do its part.
    #[error("unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// Makes the error of a request with one field wrong.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid([(field.to_owned(), vec![message.into()])].into())
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Invalid(_) | Self::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests(_) | Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed(_) => "METHOD_NOT_ALLOWED",
            Self::Invalid(_) | Self::Malformed => "INVALID_DATA",
            Self::TooLarge => "PAYLOAD_TOO_LARGE",
            Self::TooManyRequests(_) | Self::Throttled => "TOO_MANY_REQUESTS",
            Self::Unavailable(_) => "SERVICE_UNAVAILABLE",
        }
    }

    /// Returns what the client is told; the cause goes to the log alone.
    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "Unauthenticated.",
            Self::Forbidden => "Invalid scope(s) provided.",
            Self::NotFound => "The requested resource was not found.",
            Self::MethodNotAllowed(_) => "The method is not allowed here.",
            Self::Invalid(_) => "The given data was invalid.",
            Self::Malformed => "The request body must be a JSON object.",
            Self::TooLarge => {
                "The request body is too large. Use import/upload or import/url for files."
            }
            Self::TooManyRequests(_) | Self::Throttled => {
                "Too many requests. Try again in a moment."
            }
            Self::Unavailable(_) => "The service is not available at the moment.",
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Throttled => Self::Throttled,
            StoreError::Unavailable(_) | StoreError::Malformed(_) => {
                Self::Unavailable(error.into())
            }
        }
    }
}

impl From<FilesError> for ApiError {
    fn from(error: FilesError) -> Self {
        Self::Unavailable(error.into())
    }
}
