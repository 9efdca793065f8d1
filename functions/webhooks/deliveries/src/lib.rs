//! `GET /v2/webhooks/{id}/deliveries`: what a webhook was told lately, the newest first.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Page, Request, Response, Scope, authorize, find_webhook, ok};
use domain::Receiver;

/// How many deliveries are shown, on however many pages.
const MOST: u8 = 100;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::WebhookRead).await?;
    let page = Page::read(&request, MOST.into(), MOST.into())?;
    let webhook = find_webhook(&context, &caller.owner, &request).await?;
    let receiver = Receiver::Webhook(webhook.id);
    let deliveries = context.store.deliveries(&caller.owner, receiver, MOST.into()).await?;
    let views = deliveries.iter().map(view::delivery).collect();
    Ok(ok(page.cut(&request, views).body()?))
}
