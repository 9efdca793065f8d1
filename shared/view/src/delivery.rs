use domain::{Delivery, DeliveryEvent, DeliveryState, Receiver};
use serde::Serialize;

use crate::time;

/// A delivery as the API shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Delivery))]
pub struct DeliveryView {
    id: String,
    #[cfg_attr(feature = "schema", schema(required))]
    webhook_id: Option<String>,
    event: DeliveryEvent,
    #[cfg_attr(feature = "schema", schema(required))]
    job_id: Option<String>,
    status: DeliveryState,
    /// How often it was sent.
    attempts: u32,
    /// The status of the last answer.
    #[cfg_attr(feature = "schema", schema(required))]
    response_status: Option<u16>,
    /// Why it has not arrived.
    #[cfg_attr(feature = "schema", schema(required))]
    message: Option<String>,
    created_at: String,
    updated_at: String,
}

/// Makes the view of a delivery.
#[must_use]
pub fn delivery(delivery: &Delivery) -> DeliveryView {
    let webhook = match delivery.receiver {
        Receiver::Webhook(id) => Some(id),
        Receiver::Job => None,
    };
    DeliveryView {
        id: delivery.id.to_string(),
        webhook_id: webhook.map(|id| id.to_string()),
        event: delivery.event,
        job_id: delivery.job.map(|job| job.to_string()),
        status: delivery.state,
        attempts: delivery.attempts,
        response_status: delivery.status,
        message: delivery.reason.clone(),
        created_at: time(delivery.created_at),
        updated_at: time(delivery.updated_at),
    }
}
