//! Pages of the web are opened by a function of their own, `capture-page`, whose role can do nothing but store what it
//! has made of them. This is how it is asked.
//!
//! This is the only room that knows Lambda's API.

mod page;

use aws::{Environment, MissingSetting, Service};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::{DisplayErrorContext, SdkError};
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;

pub use page::{Captured, Page};

/// The function that opens pages.
#[derive(Clone, Debug)]
pub struct Capturer {
    client: Client,
    function: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// As many functions run as may: later there is room.
    #[error("there is no room for another function")]
    Throttled,
    /// It was not reached, or it died.
    #[error("the function that opens pages did not answer: {0}")]
    Unavailable(String),
}

impl Capturer {
    /// Names the function that `RECAST_CAPTURER` does.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let function = environment.settings.required("RECAST_CAPTURER")?.to_owned();
        Ok(Self { client: Client::new(&environment.sdk_config(Service::Lambda)?), function })
    }

    /// Has a file made of a page. The function goes on when nobody waits for its answer any more, but for no longer than
    /// [`Page::until`].
    ///
    /// # Errors
    ///
    /// See [`CaptureError`].
    pub async fn capture(&self, page: &Page) -> Result<Captured, CaptureError> {
        let payload = serde_json::to_vec(page).map_err(unreadable)?;
        let invoke = self.client.invoke().function_name(&self.function);
        answer(&invoke.payload(Blob::new(payload)).send().await.map_err(failed)?)
    }
}

fn failed(error: SdkError<InvokeError>) -> CaptureError {
    match error.as_service_error() {
        Some(InvokeError::TooManyRequestsException(_)) => CaptureError::Throttled,
        Some(_) | None => CaptureError::Unavailable(DisplayErrorContext(&error).to_string()),
    }
}

/// What a function that failed says is for operators: it may name anything.
fn answer(output: &InvokeOutput) -> Result<Captured, CaptureError> {
    let payload = output.payload().map(Blob::as_ref).unwrap_or_default();
    if output.function_error().is_some() {
        return Err(CaptureError::Unavailable(String::from_utf8_lossy(payload).into_owned()));
    }
    serde_json::from_slice(payload).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> CaptureError {
    CaptureError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests;
