//! The table: jobs, tasks, pointers between groups, and API keys.
//!
//! This is the only room that knows DynamoDB. Every change of state is one conditional write; the
//! loser of a race learns in the same call how things stand ([`Outcome`]). What may follow on what
//! is `domain`'s to say: the conditions here say the same, which a test holds them to.

mod create;
mod error;
mod group;
mod item;
mod job;
mod key;
mod pointer;
mod schedule;
mod task;
mod transition;

use ambient::{Clock, Entropy};
use aws::{Environment, MissingSetting, Service};
use aws_sdk_dynamodb::Client;

pub use error::StoreError;
pub use key::{ApiKey, Scope};
pub use schedule::{Overdue, SHARDS};
pub use transition::Outcome;

/// The table.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    table: String,
    clock: Clock,
    entropy: Entropy,
}

impl Store {
    /// Connects to the table that `RECAST_TABLE` names.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let client = Client::new(&environment.sdk_config(Service::DynamoDb)?);
        let table = environment.settings.required("RECAST_TABLE")?.to_owned();
        Ok(Self { client, table, clock: environment.clock.clone(), entropy: environment.entropy })
    }
}
