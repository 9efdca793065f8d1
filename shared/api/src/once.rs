use lambda_http::{Body, Request};
use store::{Once, Replay, Resource};

use crate::{ApiError, Caller, Context, api_path};

const HEADER: &str = "idempotency-key";

/// The longest key that is taken, in bytes.
const LONGEST: usize = 255;

/// How a request that may come again begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new: its effect is to be recorded, if it bears an `Idempotency-Key`.
    New(Option<Once>),
    /// It had its effect before: the status of its answer then, and what came of it.
    Again(u16, Resource),
}

/// Looks whether a request with an `Idempotency-Key` has had its effect within 24 hours.
///
/// # Errors
///
/// [`ApiError::Invalid`] when the key is no key, or was used for another request.
pub async fn begin(
    context: &Context,
    caller: &Caller,
    request: &Request,
) -> Result<Begun, ApiError> {
    let Some(key) = idempotency_key(request)? else { return Ok(Begun::New(None)) };
    let once = Once::new(caller.owner.clone(), key, &[what(request).as_bytes(), body(request)]);
    match context.store.replay(&once).await? {
        None => Ok(Begun::New(Some(once))),
        Some(Replay::Done(status, resource)) => Ok(Begun::Again(status, resource)),
        Some(Replay::Misused) => {
            Err(ApiError::invalid(HEADER, "The idempotency key was used for another request."))
        }
    }
}

/// Returns what a request brought about that another one like it was faster with.
///
/// # Errors
///
/// [`ApiError::Throttled`] when that cannot be seen yet.
pub async fn repeated(
    context: &Context,
    caller: &Caller,
    request: &Request,
) -> Result<Resource, ApiError> {
    match begin(context, caller, request).await? {
        Begun::Again(_, resource) => Ok(resource),
        Begun::New(_) => Err(ApiError::Throttled),
    }
}

/// Returns the `Idempotency-Key` of a request, if it bears one.
///
/// # Errors
///
/// [`ApiError::Invalid`] when it is no key.
pub fn idempotency_key(request: &Request) -> Result<Option<&str>, ApiError> {
    let Some(value) = request.headers().get(HEADER) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=LONGEST).contains(&key.len()));
    let wrong = || {
        let message = format!("The idempotency key must be 1 to {LONGEST} visible characters.");
        ApiError::invalid(HEADER, message)
    };
    key.map(Some).ok_or_else(wrong)
}

/// What is asked for.
fn what(request: &Request) -> String {
    format!("{} {}", request.method(), api_path(request))
}

fn body(request: &Request) -> &[u8] {
    match request.body() {
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes,
        Body::Empty | _ => &[],
    }
}
