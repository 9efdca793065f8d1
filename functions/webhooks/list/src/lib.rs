//! `GET /v2/users/me/webhooks`, or `GET /v2/webhooks`: the owner's webhooks, the newest first.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Page, Request, Response, Scope, address, authorize, filter, ok};

/// How many webhooks a page has, unless it is asked for fewer.
const MOST: usize = 100;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::WebhookRead).await?;
    let page = Page::read(&request, MOST, MOST)?;
    let url = filter(&request, "url");
    let mut webhooks = context.store.webhooks(&caller.owner).await?;
    webhooks.retain(|webhook| url.as_ref().is_none_or(|url| webhook.url == *url));
    let address = address(&request);
    let views = webhooks.iter().rev().map(|webhook| view::webhook(&address, webhook));
    Ok(ok(page.cut(&request, views.collect()).body()?))
}
