use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::{InvalidId, JobEvent, OwnerId, id};

/// A webhook: a UUIDv7 (RFC 9562).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookId(Uuid);

/// An address that is told of its owner's jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: OwnerId,
    /// The address, as its owner has spelled it.
    pub url: String,
    /// What it is told of.
    pub events: Vec<JobEvent>,
    /// What signs what it is told.
    pub signing_secret: String,
    /// Whether it has said that it wants nothing any more.
    pub disabled: bool,
    /// Whether the last that it was to be told has not reached it, however often it was tried.
    pub failing: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was changed last, by whomever.
    pub updated_at: Timestamp,
}

impl Webhook {
    /// Returns whether the webhook is to be told of such an event.
    #[must_use]
    pub fn wants(&self, event: JobEvent) -> bool {
        !self.disabled && self.events.contains(&event)
    }
}

impl WebhookId {
    /// Makes the id of a webhook created at `at` from ten random bytes.
    #[must_use]
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        Self(id::at(at, random))
    }
}

impl FromStr for WebhookId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        id::parse(text).map(Self)
    }
}

impl TryFrom<String> for WebhookId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
