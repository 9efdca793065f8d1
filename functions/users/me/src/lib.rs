//! `GET /v2/users/me`: who the owner of the key is, and what it may do here.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Request, Response, Scope, address, authorize, data, ok};
use serde::Serialize;
use sha2::{Digest, Sha256};
use view::Links;

/// What clients that look at their credits are told: nobody counts them here.
const CREDITS: u32 = 1_000_000;

/// An owner as the API shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = User))]
pub struct UserView {
    id: String,
    username: String,
    email: String,
    #[cfg_attr(feature = "schema", schema(format = DateTime))]
    created_at: String,
    credits: u32,
    paying: bool,
    #[cfg_attr(feature = "schema", schema(required))]
    task_priority: Option<u32>,
    /// How many jobs and tasks a key may create in a minute, if that is limited.
    #[cfg_attr(feature = "schema", schema(required))]
    tasks_per_minute: Option<u32>,
    limits: LimitsView,
    links: Links,
}

/// What an owner may do here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Limits))]
struct LimitsView {
    /// The largest file that can be uploaded or imported, in bytes.
    max_file_size: u64,
    /// The largest body of a request, in bytes.
    max_request_size: usize,
    /// How many tasks a job may have.
    max_tasks_per_job: usize,
    /// How long what has ended is kept, in seconds.
    retention_seconds: i64,
}

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::UserRead).await?;
    let limit = context.requests_per_minute();
    let view = UserView {
        id: number(caller.owner.as_str()),
        username: caller.owner.to_string(),
        email: email(caller.owner.as_str()),
        created_at: view::time(caller.key.created_at),
        credits: CREDITS,
        paying: true,
        task_priority: None,
        tasks_per_minute: limit,
        limits: LimitsView {
            max_file_size: files::LARGEST,
            max_request_size: api::LARGEST_BODY,
            max_tasks_per_job: domain::MOST_TASKS,
            retention_seconds: context.store.retention().as_secs(),
        },
        links: Links { own: format!("{}/v2/users/me", address(&request)) },
    };
    Ok(ok(data(&view)?))
}

/// Some clients read the id as text, some as a number: digits of the owner's own serve all.
fn number(owner: &str) -> String {
    let digest = Sha256::digest(owner);
    let number = digest.iter().take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    (number >> 1).to_string()
}

/// An owner that is no address gets one that can be nobody's (RFC 2606).
fn email(owner: &str) -> String {
    if owner.contains('@') { owner.to_owned() } else { format!("{owner}@recast.invalid") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_digits_of_the_owners_own_that_fit_31_bits() {
        assert_ne!(number("default"), number("other"));
        assert!(number("default").parse::<i32>().is_ok());
    }

    #[test]
    fn whoever_is_an_address_keeps_it() {
        assert_eq!(email("a@example.org"), "a@example.org");
        assert_eq!(email("default"), "default@recast.invalid");
    }
}
