//! `POST /v2/webhooks/{id}/test`: sends a webhook something, so that its owner sees whether it arrives.

use std::sync::Arc;

use ambient::Entropy;
use api::{
    ApiError, Begun, Body, Caller, Request, Response, Scope, authorize, begin, count_request,
    created, data, find_webhook, repeated, text, with_rate,
};
use aws::{Environment, MissingSetting};
use domain::{Delivery, DeliveryBody, DeliveryEvent, DeliveryId, Receiver, Webhook};
use serde::Serialize;
use store::Resource;
use workflow::Workflow;

/// What testing webhooks needs.
#[derive(Clone, Debug)]
pub struct Context {
    api: api::Context,
    workflow: Workflow,
    entropy: Entropy,
}

impl Context {
    /// Connects to the services.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        Ok(Self {
            api: api::Context::new(environment)?,
            workflow: Workflow::new(environment)?,
            entropy: environment.entropy,
        })
    }
}

/// What the webhook is sent.
#[derive(Serialize)]
struct Message {
    event: DeliveryEvent,
    webhook: About,
    created_at: String,
}

#[derive(Serialize)]
struct About {
    id: String,
    url: String,
}

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::WebhookWrite).await?;
    let webhook = find_webhook(&context.api, &caller.owner, &request).await?;
    if webhook.disabled {
        return Err(ApiError::invalid("id", "The webhook is disabled."));
    }
    let rate = count_request(&context.api, &caller).await?;
    let delivery = put(&context, &caller, &webhook, &request).await?;
    // Also when it was put before: whoever did may have died before this.
    let started = context.workflow.start_delivery(&delivery).await;
    started.map_err(|error| ApiError::Unavailable(error.into()))?;
    Ok(with_rate(created(data(&view::delivery(&delivery))?), rate))
}

/// Puts a delivery down, once for one `Idempotency-Key`.
async fn put(
    context: &Context,
    caller: &Caller,
    webhook: &Webhook,
    request: &Request,
) -> Result<Delivery, ApiError> {
    let resource = match begin(&context.api, caller, request).await? {
        Begun::Again(_, resource) => resource,
        Begun::New(once) => {
            let delivery = draft(context, webhook)?;
            let effect =
                once.map(|once| once.effect(201, Resource::Other(delivery.id.to_string())));
            if context.api.store.create_delivery(&delivery, effect.as_ref()).await? {
                return Ok(delivery);
            }
            repeated(&context.api, caller, request).await?
        }
    };
    let id = resource.to_string().parse().map_err(|_| ApiError::NotFound)?;
    let found =
        context.api.store.delivery(&caller.owner, Receiver::Webhook(webhook.id), id).await?;
    found.ok_or(ApiError::NotFound)
}

fn draft(context: &Context, webhook: &Webhook) -> Result<Delivery, ApiError> {
    let now = context.api.clock.now();
    let message = Message {
        event: DeliveryEvent::Test,
        webhook: About { id: webhook.id.to_string(), url: webhook.url.clone() },
        created_at: view::time(now),
    };
    let id = DeliveryId::new(now, context.entropy.bytes());
    let about = (Receiver::Webhook(webhook.id), DeliveryEvent::Test);
    let body = DeliveryBody::Inline(text(&message)?);
    Ok(Delivery::pending(id, webhook.owner.clone(), about, body, now))
}
