use bytes::Bytes;
use domain::{Delivery, DeliveryBody, Receiver, Webhook, WebhookId};
use files::FilesError;
use worker::WorkerError;

use crate::Context;

/// Where a delivery goes, and with what.
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) body: Bytes,
    /// The webhook whose address it is, unless it is the job's own.
    pub(crate) webhook: Option<Webhook>,
}

/// Why there is nothing to be told, or nobody.
type Gone = &'static str;

/// Finds where a delivery goes.
pub(crate) async fn find(
    context: &Context,
    delivery: &Delivery,
) -> Result<Result<Target, Gone>, WorkerError> {
    let body = match &delivery.body {
        DeliveryBody::Inline(body) => body.clone().into(),
        DeliveryBody::Stored(key) => match context.files.load_announcement(key).await {
            Ok(body) => body,
            Err(FilesError::Gone) => return Ok(Err("the job is gone")),
            Err(error) => return Err(error.into()),
        },
    };
    match delivery.receiver {
        Receiver::Webhook(id) => webhook(context, delivery, id, body).await,
        Receiver::Job => job(context, delivery, body).await,
    }
}

async fn webhook(
    context: &Context,
    delivery: &Delivery,
    id: WebhookId,
    body: Bytes,
) -> Result<Result<Target, Gone>, WorkerError> {
    let Some(webhook) = context.store.webhook(&delivery.owner, id).await? else {
        return Ok(Err("the webhook was deleted"));
    };
    if webhook.disabled {
        return Ok(Err("the webhook is disabled"));
    }
    let (url, secret) = (webhook.url.clone(), webhook.signing_secret.clone());
    Ok(Ok(Target { url, secret, body, webhook: Some(webhook) }))
}

/// The address that a job itself names has no secret of its own: its owner's signs.
async fn job(
    context: &Context,
    delivery: &Delivery,
    body: Bytes,
) -> Result<Result<Target, Gone>, WorkerError> {
    let job = match delivery.job {
        Some(id) => context.store.job(id).await?,
        None => None,
    };
    let Some(url) = job.and_then(|job| job.webhook_url) else { return Ok(Err("the job is gone")) };
    let Some(owner) = context.store.owner(&delivery.owner).await? else {
        return Ok(Err("the owner is gone"));
    };
    Ok(Ok(Target { url, secret: owner.signing_secret, body, webhook: None }))
}
