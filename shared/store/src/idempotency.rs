use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::{JobId, OwnerId, TaskId};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::item::{Item, Row, number, text, time_to_live};
use crate::{Store, StoreError, owner};

/// How long a key is remembered.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// A request that is to have its effect once, however often it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    owner: OwnerId,
    /// The SHA-256 of the client's key: keys may be long, and may tell something.
    key: String,
    /// The SHA-256 of what is asked for: the same key with another request is a mistake.
    request: String,
}

/// What a request has brought about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A job.
    Job(JobId),
    /// A task.
    Task(TaskId),
    /// Something else of the owner's, by its id.
    Other(String),
}

/// An effect to be recorded in the transaction that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The request.
    pub once: Once,
    /// The status of its answer.
    pub status: u16,
    /// What it has brought about.
    pub resource: Resource,
}

/// What is known of a request that came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// It had its effect: the status and what came of it.
    Done(u16, Resource),
    /// The key was used for another request.
    Misused,
}

impl Once {
    /// Names a request by its client's key and by what it asks for.
    #[must_use]
    pub fn new(owner: OwnerId, key: &str, request: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in request {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let request = hex::encode(hash.finalize());
        Self { owner, key: hex::encode(Sha256::digest(key)), request }
    }

    /// Says what the request brought about.
    #[must_use]
    pub fn effect(self, status: u16, resource: Resource) -> Effect {
        Effect { once: self, status, resource }
    }
}

impl Store {
    /// Looks whether a request has had its effect.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn replay(&self, once: &Once) -> Result<Option<Replay>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(once)));
        let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        let Some(item) = found else { return Ok(None) };
        let row = Row(&item);
        if row.optional_seconds("expires_at")?.is_none_or(|at| at <= self.clock.now()) {
            return Ok(None);
        }
        if row.text("request")? != once.request {
            return Ok(Some(Replay::Misused));
        }
        Ok(Some(Replay::Done(row.number("answer")?, resource(row.text("resource")?))))
    }

    /// Makes the record of an effect a part of its transaction.
    pub(crate) fn record(&self, effect: &Effect) -> Result<TransactWriteItem, StoreError> {
        let now = self.clock.now();
        let mut item = key(&effect.once);
        let mut set = |name: &str, value| item.insert(name.to_owned(), value);
        set("request", text(&effect.once.request));
        set("answer", number(effect.status));
        set("resource", text(&effect.resource));
        set("expires_at", time_to_live(now.saturating_add(MEMORY).unwrap_or(now)));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", number(now.as_second()));
        let put = put.build().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

fn key(once: &Once) -> Item {
    owner::row(&once.owner, &format!("once#{}", once.key))
}

fn resource(text: &str) -> Resource {
    let job = text.parse().map(Resource::Job);
    let task = || text.parse().map(Resource::Task);
    job.or_else(|_| task()).unwrap_or_else(|_| Resource::Other(text.to_owned()))
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Job(id) => id.fmt(f),
            Self::Task(id) => id.fmt(f),
            Self::Other(id) => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart_by_their_parts() {
        let owner = || OwnerId::parse("default").unwrap();
        let once = |parts: &[&[u8]]| Once::new(owner(), "k", parts);
        assert_eq!(once(&[b"POST", b"/v2/jobs"]), once(&[b"POST", b"/v2/jobs"]));
        assert_ne!(once(&[b"POST", b"/v2/jobs"]), once(&[b"POST/", b"v2/jobs"]));
    }
}
