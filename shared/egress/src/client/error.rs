use std::{error::Error, io, iter};

use crate::UrlError;

/// Why a file did not come, told to whoever named its address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant says it")]
pub enum EgressError {
    #[error(transparent)]
    Refused(#[from] UrlError),
    #[error("{host} redirected to a refused address: {reason}")]
    RefusedRedirect { host: String, reason: UrlError },
    #[error("{host} redirected more than {limit} times")]
    TooManyRedirects { host: String, limit: usize },
    #[error("could not resolve {host}")]
    Unresolved { host: String },
    #[error("{host} resolves to a private address")]
    Private { host: String },
    #[error("could not connect to {host}")]
    Unreachable { host: String },
    #[error("could not set up TLS with {host}")]
    Tls { host: String },
    #[error("{host} timed out")]
    TimedOut { host: String },
    #[error("{host} answered {status}")]
    Answered { host: String, status: u16 },
    #[error("{host} sent more than {limit} bytes")]
    TooLarge { host: String, limit: u64 },
    #[error("{host} broke off its answer")]
    BrokeOff { host: String },
}

impl EgressError {
    /// Names what kept a request from being answered.
    pub(super) fn sending(host: String, error: &reqwest::Error) -> Self {
        if let Some(refusal) = cause::<Self>(error) {
            refusal.clone()
        } else if cause::<rustls::Error>(error).is_some() {
            Self::Tls { host }
        } else if error.is_connect() && !error.is_timeout() {
            Self::Unreachable { host }
        } else {
            Self::reading(host, error)
        }
    }

    /// Names what kept an answer from being read to its end.
    pub(super) fn reading(host: String, error: &reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut { host } } else { Self::BrokeOff { host } }
    }
}

type Link<'chain> = &'chain (dyn Error + 'static);

fn cause<Cause: Error + 'static>(error: Link<'_>) -> Option<&Cause> {
    iter::successors(Some(error), |error| inner(*error)).find_map(|error| error.downcast_ref())
}

fn inner(error: Link<'_>) -> Option<Link<'_>> {
    // `source` of an `io::Error` skips the very error it was made of.
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
