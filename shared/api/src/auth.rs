use std::sync::PoisonError;

use domain::OwnerId;
use jiff::{SignedDuration, Timestamp};
use lambda_http::Request;
use lambda_http::http::header::AUTHORIZATION;
use store::{ApiKey, Scope};

use crate::{ApiError, Context, told};

/// How long a key is remembered: so long a revoked one may still be good.
const MEMORY: SignedDuration = SignedDuration::from_secs(60);

/// How many keys an instance remembers.
const MOST: usize = 1_000;

/// Who makes a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whose request it is.
    pub owner: OwnerId,
    /// The key it came with.
    pub key: ApiKey,
}

/// Says whose request it is, if its key may do what it asks.
///
/// A text that cannot be a key is told without a read: a mistyped one, or a guess.
///
/// # Errors
///
/// [`ApiError::Unauthenticated`] without a known key, [`ApiError::Forbidden`] without the scope.
pub async fn authorize(
    context: &Context,
    request: &Request,
    scope: Scope,
) -> Result<Caller, ApiError> {
    let secret = bearer(request).filter(|secret| ApiKey::is_well_formed(secret));
    let key = find(context, secret.ok_or(ApiError::Unauthenticated)?).await?;
    let now = context.clock.now();
    let good = |key: &ApiKey| key.expires_at.is_none_or(|expires_at| expires_at > now);
    let key = key.filter(good).ok_or(ApiError::Unauthenticated)?;
    if !key.scopes.contains(&scope) {
        return Err(ApiError::Forbidden);
    }
    let caller = Caller { owner: key.owner.clone(), key };
    told::caller(&caller);
    Ok(caller)
}

fn bearer(request: &Request) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = header.split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty() && secret.len() <= 4096)
        .then_some(secret)
}

async fn find(context: &Context, secret: &str) -> Result<Option<ApiKey>, ApiError> {
    let now = context.clock.now();
    if let Some(key) = remembered(context, secret, now) {
        return Ok(Some(key));
    }
    let Some(key) = context.store.api_key(secret).await? else { return Ok(None) };
    remember(context, secret, &key, now);
    Ok(Some(key))
}

fn remembered(context: &Context, secret: &str, now: Timestamp) -> Option<ApiKey> {
    let keys = context.keys.lock().unwrap_or_else(PoisonError::into_inner);
    let (key, since) = keys.get(secret)?;
    (now.duration_since(*since) < MEMORY).then(|| key.clone())
}

fn remember(context: &Context, secret: &str, key: &ApiKey, now: Timestamp) {
    let mut keys = context.keys.lock().unwrap_or_else(PoisonError::into_inner);
    if keys.len() >= MOST {
        keys.clear();
    }
    keys.insert(secret.to_owned(), (key.clone(), now));
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;

    use super::*;

    #[track_caller]
    fn check(header: &str, expect: Option<&str>) {
        let request = lambda_http::http::Request::builder().header(AUTHORIZATION, header);
        assert_eq!(bearer(&request.body(Body::Empty).unwrap()), expect, "{header:?}");
    }

    #[test]
    fn a_key_comes_as_a_bearer_token() {
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Basic abc", None);
        check("Bearer ", None);
        check("abc", None);
    }
}
