//! Tells one receiver of one event: one try of it, or, when no try is left, the last word.
//!
//! The state machine calls it again, over hours, until the receiver has taken the event. What is
//! deleted or disabled meanwhile is given up without a word.

mod attempt;
mod context;
mod signature;
mod target;

use std::sync::Arc;

use domain::{Delivery, DeliveryId, DeliveryState, OwnerId, Receiver};
use serde::Deserialize;
use serde_json::Value;
use worker::{Invocation, WorkerError};

pub use context::Context;

/// What the state machine hands over.
#[derive(Debug, Deserialize)]
pub struct Order {
    owner: OwnerId,
    receiver: Receiver,
    delivery: DeliveryId,
    /// Why no try is left, if none is.
    error: Option<Value>,
}

/// Tries a delivery once, or gives it up, unless it has come to its end.
///
/// # Errors
///
/// [`WorkerError::DeliveryFailed`] when the receiver has not taken it: another try may do better;
/// others when a service did not do its part.
pub async fn handle(context: Arc<Context>, order: Order, _: Invocation) -> Result<(), WorkerError> {
    let Order { owner, receiver, delivery, error } = order;
    let found = context.store.delivery(&owner, receiver, delivery).await?;
    let pending = |delivery: &Delivery| delivery.state == DeliveryState::Pending;
    match found.filter(pending) {
        None => Ok(()),
        Some(delivery) if error.is_some() => give_up(&context, &delivery).await,
        Some(delivery) => deliver(&context, &delivery).await,
    }
}

async fn deliver(context: &Context, delivery: &Delivery) -> Result<(), WorkerError> {
    match target::find(context, delivery).await? {
        Ok(target) => attempt::attempt(context, delivery, &target).await,
        Err(gone) => Ok(context.store.abandon_delivery(delivery, Some(gone)).await?),
    }
}

/// The webhook is marked first: a delivery that has come to its end is not looked at again.
async fn give_up(context: &Context, delivery: &Delivery) -> Result<(), WorkerError> {
    if let Receiver::Webhook(id) = delivery.receiver {
        context.store.set_failing(&delivery.owner, id, true).await?;
    }
    Ok(context.store.abandon_delivery(delivery, None).await?)
}
