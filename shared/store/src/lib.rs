//! The table: jobs, tasks, pointers between groups, API keys, webhooks and their deliveries.
//!
//! This is the only room that knows DynamoDB. Every change of state is one conditional write; the
//! loser of a race learns in the same call how things stand ([`Outcome`]). What may follow on what
//! is `domain`'s to say: the conditions here say the same, which a test holds them to.

mod change;
mod create;
mod delivery;
mod discard;
mod error;
mod group;
mod idempotency;
mod index;
mod item;
mod job;
mod key;
mod lease;
mod list;
mod owner;
mod ping;
mod pointer;
mod rate;
mod retry;
mod schedule;
mod task;
mod transaction;
mod transition;
mod webhook;

use ambient::{Clock, Entropy};
use aws::{Environment, MissingSetting, Service};
use aws_sdk_dynamodb::Client;
use domain::RETENTION;
use jiff::{SignedDuration, Timestamp};

pub use delivery::Attempt;
pub use error::StoreError;
pub use idempotency::{Effect, Once, Replay, Resource};
pub use index::Kind;
pub use job::JobEnd;
pub use key::{ApiKey, Scope};
pub use list::{By, Place};
pub use owner::{Owner, signing_secret};
pub use rate::Rate;
pub use retry::Retried;
pub use schedule::{Overdue, SHARDS};
pub use transition::Outcome;

/// The table.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: String,
    clock: Clock,
    entropy: Entropy,
    retention: SignedDuration,
}

/// The attribute by which DynamoDB deletes rows.
pub const TIME_TO_LIVE: &str = "expires_at";

/// The indexes that are asked, with their keys.
pub const INDEXES: [(&str, [&str; 2]); 4] = [
    (schedule::INDEX, ["due_shard", "due"]),
    (index::OWNED, [index::OWNED, "listed"]),
    (index::OWNED_STATUS, [index::OWNED_STATUS, "listed"]),
    (index::OWNED_LABEL, [index::OWNED_LABEL, "listed"]),
];

impl Store {
    /// Returns the table's name, which is the stack's.
    #[must_use]
    pub fn stack(&self) -> &str {
        &self.table
    }

    /// Connects to the table that `RECAST_TABLE` names; what has ended stays for
    /// `RECAST_RETENTION_SECONDS`, a day unless that says less.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let client = Client::new(&environment.sdk_config(Service::DynamoDb)?);
        let table = environment.settings.required("RECAST_TABLE")?.to_owned();
        Ok(Self {
            client,
            table,
            clock: environment.clock.clone(),
            entropy: environment.entropy,
            retention: retention(environment)?,
        })
    }

    /// Returns how long a task or job stays after it has ended.
    #[must_use]
    pub fn retention(&self) -> SignedDuration {
        self.retention
    }

    /// Returns when something that ended at `at` is gone.
    fn expiry(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.retention).unwrap_or(Timestamp::MAX)
    }
}

fn retention(environment: &Environment) -> Result<SignedDuration, MissingSetting> {
    let name = "RECAST_RETENTION_SECONDS";
    let Some(seconds) = environment.settings.optional(name) else { return Ok(RETENTION) };
    let seconds: u32 = seconds.parse().map_err(|_| MissingSetting(name))?;
    Ok(SignedDuration::from_secs(i64::from(seconds)).min(RETENTION))
}
