use domain::{JobEvent, Webhook};
use serde::Serialize;

use crate::{Links, time};

/// A webhook as the API shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Webhook))]
pub struct WebhookView {
    #[cfg_attr(feature = "schema", schema(format = "uuid"))]
    id: String,
    url: String,
    events: Vec<JobEvent>,
    disabled: bool,
    failing: bool,
    /// Shown when the webhook is created, and never again.
    #[cfg_attr(feature = "schema", schema(required))]
    signing_secret: Option<String>,
    created_at: String,
    updated_at: String,
    links: Links,
}

/// Makes the view of a webhook for a client that came by this address.
#[must_use]
pub fn webhook(address: &str, webhook: &Webhook) -> WebhookView {
    WebhookView {
        id: webhook.id.to_string(),
        url: webhook.url.clone(),
        events: webhook.events.clone(),
        disabled: webhook.disabled,
        failing: webhook.failing,
        signing_secret: None,
        created_at: time(webhook.created_at),
        updated_at: time(webhook.updated_at),
        links: Links { own: format!("{address}/v2/webhooks/{}", webhook.id) },
    }
}

/// Makes the view of a webhook for the client that has created it, with its secret.
#[must_use]
pub fn new_webhook(address: &str, created: &Webhook) -> WebhookView {
    let signing_secret = Some(created.signing_secret.clone());
    WebhookView { signing_secret, ..webhook(address, created) }
}
