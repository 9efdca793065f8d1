use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{InvalidId, JobEvent, JobId, OwnerId, WebhookId, id};

/// How long a delivery is remembered: the tries end before.
pub const DELIVERY_MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// A delivery: a UUIDv7 (RFC 9562) of the time of what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct DeliveryId(Uuid);

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Receiver {
    /// One of the owner's webhooks.
    Webhook(WebhookId),
    /// The `webhook_url` of the job itself.
    Job,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DeliveryEvent {
    /// A job was created.
    #[serde(rename = "job.created")]
    Created,
    /// A job ended with all well.
    #[serde(rename = "job.finished")]
    Finished,
    /// A job ended in error.
    #[serde(rename = "job.failed")]
    Failed,
    /// Nothing has happened: the owner wants to see whether it arrives.
    #[serde(rename = "webhook.test")]
    Test,
}

/// Where the body of a delivery lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryBody {
    /// In its row.
    Inline(String),
    /// In the bucket, under this key.
    Stored(String),
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is tried, or will be again.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// It will not be tried any more.
    Failed,
}

/// One event that one receiver is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, which the receiver is given as that of the message.
    pub id: DeliveryId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Who is told.
    pub receiver: Receiver,
    /// Of what.
    pub event: DeliveryEvent,
    /// The job that it is about, if it is about one.
    pub job: Option<JobId>,
    /// What the receiver is sent.
    pub body: DeliveryBody,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer, if there was one.
    pub status: Option<u16>,
    /// Why it has not arrived, if it has not.
    pub reason: Option<String>,
    /// When it was put down.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Delivery {
    /// Makes one that has not been sent yet, and is about no job.
    #[must_use]
    pub fn pending(
        id: DeliveryId,
        owner: OwnerId,
        (receiver, event): (Receiver, DeliveryEvent),
        body: DeliveryBody,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            owner,
            receiver,
            event,
            job: None,
            body,
            state: DeliveryState::Pending,
            attempts: 0,
            status: None,
            reason: None,
            created_at,
            updated_at: created_at,
        }
    }

    /// Returns when it is forgotten.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.created_at.saturating_add(DELIVERY_MEMORY).unwrap_or(Timestamp::MAX)
    }
}

impl DeliveryId {
    /// Makes the id of a delivery of what happened at `at`; the same bytes make the same id, for what
    /// must not be told twice.
    #[must_use]
    pub fn new(at: Timestamp, bytes: [u8; 10]) -> Self {
        Self(id::at(at, bytes))
    }
}

impl From<JobEvent> for DeliveryEvent {
    fn from(event: JobEvent) -> Self {
        match event {
            JobEvent::Created => Self::Created,
            JobEvent::Finished => Self::Finished,
            JobEvent::Failed => Self::Failed,
        }
    }
}

impl FromStr for DeliveryId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        id::parse(text).map(Self)
    }
}

impl TryFrom<String> for DeliveryId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What rows call the receiver that is no webhook.
const JOB: &str = "job";

impl FromStr for Receiver {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text == JOB { Ok(Self::Job) } else { text.parse().map(Self::Webhook) }
    }
}

impl TryFrom<String> for Receiver {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook(id) => id.fmt(f),
            Self::Job => f.write_str(JOB),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_is_read_as_it_is_written() {
        let webhook = Receiver::Webhook(WebhookId::new(Timestamp::UNIX_EPOCH, [7; 10]));
        for receiver in [webhook, Receiver::Job] {
            assert_eq!(receiver.to_string().parse(), Ok(receiver));
        }
        assert_eq!("jobs".parse::<Receiver>(), Err(InvalidId));
    }

    #[test]
    fn ids_sort_by_time_and_are_the_same_for_the_same() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let id = |second, byte| DeliveryId::new(at(second), [byte; 10]);
        assert!(id(1, 255) < id(2, 0));
        assert_eq!(id(1, 3), id(1, 3));
        assert_eq!(id(1, 3).to_string().parse(), Ok(id(1, 3)));
    }
}
