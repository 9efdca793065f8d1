use domain::{Delivery, DeliveryState, Webhook};
use egress::EgressError;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use store::Attempt;
use worker::WorkerError;

use crate::target::Target;
use crate::{Context, signature};

const CLOUDCONVERT_SIGNATURE: HeaderName = HeaderName::from_static("cloudconvert-signature");
const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What came of one try.
enum Answer {
    /// The receiver has taken it.
    Taken(StatusCode),
    /// The receiver wants nothing any more: 410.
    Refused,
    /// It answered anything else.
    Other(StatusCode),
    /// It did not answer.
    None(EgressError),
}

/// Sends a delivery to its target once.
pub(crate) async fn attempt(
    context: &Context,
    delivery: &Delivery,
    target: &Target,
) -> Result<(), WorkerError> {
    let headers = headers(delivery, target, context.clock.now());
    let answer = context.egress.post(&target.url, headers, target.body.clone()).await;
    let answer = read(answer);
    let attempt = note(&answer);
    match answer {
        Answer::Taken(_) => recovered(context, target.webhook.as_ref()).await?,
        Answer::Refused => disable(context, target.webhook.as_ref()).await?,
        Answer::Other(_) | Answer::None(_) => {}
    }
    tell(delivery, &attempt);
    context.store.attempted(delivery, &attempt).await?;
    match attempt.state {
        DeliveryState::Pending => {
            Err(WorkerError::DeliveryFailed(attempt.reason.unwrap_or_default()))
        }
        DeliveryState::Delivered | DeliveryState::Failed => Ok(()),
    }
}

/// Tells the log, without the address, which may be secret.
fn tell(delivery: &Delivery, attempt: &Attempt) {
    let job = delivery.job.map(|job| job.to_string());
    let trace = delivery.job.map(|job| job.group().trace());
    let (owner, status) = (delivery.owner.as_str(), attempt.status);
    tracing::info!(job, trace, owner, status, "webhook tried");
}

fn read(answer: Result<StatusCode, EgressError>) -> Answer {
    match answer {
        Ok(status) if status.is_success() => Answer::Taken(status),
        Ok(StatusCode::GONE) => Answer::Refused,
        Ok(status) => Answer::Other(status),
        Err(error) => Answer::None(error),
    }
}

fn note(answer: &Answer) -> Attempt {
    let other = |status: StatusCode| format!("the receiver answered {}", status.as_u16());
    let (state, status, reason) = match answer {
        Answer::Taken(status) => (DeliveryState::Delivered, Some(*status), None),
        Answer::Refused => {
            (DeliveryState::Failed, Some(StatusCode::GONE), Some(other(StatusCode::GONE)))
        }
        Answer::Other(status) => (DeliveryState::Pending, Some(*status), Some(other(*status))),
        Answer::None(error) => (DeliveryState::Pending, None, Some(error.to_string())),
    };
    Attempt { state, status: status.map(|status| status.as_u16()), reason }
}

async fn recovered(context: &Context, webhook: Option<&Webhook>) -> Result<(), WorkerError> {
    match webhook.filter(|webhook| webhook.failing) {
        Some(webhook) => Ok(context.store.set_failing(&webhook.owner, webhook.id, false).await?),
        None => Ok(()),
    }
}

async fn disable(context: &Context, webhook: Option<&Webhook>) -> Result<(), WorkerError> {
    match webhook {
        Some(webhook) => Ok(context.store.disable_webhook(&webhook.owner, webhook.id).await?),
        None => Ok(()),
    }
}

/// The id is the same at every try, the time and with it the signature are of this one.
fn headers(delivery: &Delivery, target: &Target, now: Timestamp) -> HeaderMap {
    let Target { secret, body, .. } = target;
    let (id, seconds) = (delivery.id.to_string(), now.as_second());
    let values = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CLOUDCONVERT_SIGNATURE, signature::cloudconvert(secret, body)),
        (SIGNATURE, signature::standard(secret, &id, seconds, body)),
        (TIMESTAMP, seconds.to_string()),
        (ID, id),
    ];
    let value =
        |(name, text): (HeaderName, String)| Some((name, HeaderValue::try_from(text).ok()?));
    values.into_iter().filter_map(value).collect()
}
