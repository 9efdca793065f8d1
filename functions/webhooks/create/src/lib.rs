//! `POST /v2/webhooks`: has an address told of the owner's jobs, and shows once what signs that.

mod asked;

use std::sync::Arc;

use ambient::Entropy;
use api::{
    ApiError, Begun, Body, Caller, Request, Response, Scope, address, authorize, begin, created,
    data, json_body, repeated,
};
use aws::{Environment, MissingSetting};
use domain::{Webhook, WebhookId};
use egress::AllowedHosts;
use store::Resource;

use asked::Asked;

/// What creating webhooks needs.
#[derive(Clone, Debug)]
pub struct Context {
    api: api::Context,
    entropy: Entropy,
    hosts: AllowedHosts,
}

/// How many webhooks an owner may have: every job is told to each of them.
const MOST: usize = 100;

impl Context {
    /// Connects to the services; `RECAST_ALLOW_HOSTS` names the addresses opened although they are not
    /// public, by commas.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there or cannot be read.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let hosts = AllowedHosts::parse(environment.settings.optional("RECAST_ALLOW_HOSTS"));
        Ok(Self {
            api: api::Context::new(environment)?,
            entropy: environment.entropy,
            hosts: hosts.map_err(|_| MissingSetting("RECAST_ALLOW_HOSTS"))?,
        })
    }
}

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::WebhookWrite).await?;
    let asked = Asked::parse(&json_body(&request)?, &context.hosts)?;
    let webhook = create(&context, &caller, asked, &request).await?;
    Ok(created(data(&view::new_webhook(&address(&request), &webhook))?))
}

/// Creates a webhook, once for one `Idempotency-Key`; who asks again is told its secret again.
async fn create(
    context: &Context,
    caller: &Caller,
    asked: Asked,
    request: &Request,
) -> Result<Webhook, ApiError> {
    let resource = match begin(&context.api, caller, request).await? {
        Begun::Again(_, resource) => resource,
        Begun::New(once) => {
            let webhook = draft(context, caller, asked).await?;
            let effect = once.map(|once| once.effect(201, Resource::Other(webhook.id.to_string())));
            if context.api.store.create_webhook(&webhook, effect.as_ref()).await? {
                return Ok(webhook);
            }
            repeated(&context.api, caller, request).await?
        }
    };
    known(context, caller, &resource).await
}

async fn draft(context: &Context, caller: &Caller, asked: Asked) -> Result<Webhook, ApiError> {
    if context.api.store.webhooks(&caller.owner).await?.len() >= MOST {
        return Err(ApiError::invalid("url", format!("There are {MOST} webhooks already.")));
    }
    let now = context.api.clock.now();
    Ok(Webhook {
        id: WebhookId::new(now, context.entropy.bytes()),
        owner: caller.owner.clone(),
        url: asked.url,
        events: asked.events,
        signing_secret: store::signing_secret(&context.entropy),
        disabled: false,
        failing: false,
        created_at: now,
        updated_at: now,
    })
}

async fn known(
    context: &Context,
    caller: &Caller,
    resource: &Resource,
) -> Result<Webhook, ApiError> {
    let id = resource.to_string().parse().map_err(|_| ApiError::NotFound)?;
    context.api.store.webhook(&caller.owner, id).await?.ok_or(ApiError::NotFound)
}
