//! `DELETE /v2/webhooks/{id}`: deletes a webhook, which is told of nothing any more, not even of what
//! is under way.

use std::sync::Arc;

pub use api::Context;
use api::{ApiError, Body, Request, Response, Scope, authorize, find_webhook, no_content};

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context, &request, Scope::WebhookWrite).await?;
    let webhook = find_webhook(&context, &caller.owner, &request).await?;
    context.store.delete_webhook(&caller.owner, webhook.id).await?;
    Ok(no_content())
}
