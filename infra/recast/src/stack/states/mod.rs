//! Step Functions for a laptop: it runs the very Amazon States Language files that are deployed to
//! AWS, and serves StartExecution, DescribeExecution and StopExecution in AWS's own JSON protocol,
//! so that the SDK's client works against it unchanged.
//!
//! Its executions and their names survive the process when it is given a directory. It knows
//! nothing of Recast: functions are reached through [`Invoke`], and what the language or the
//! protocol has beyond what our definitions use is refused, never ignored.

mod arn;
mod definition;
mod error;
mod execution;
mod invoke;
mod journal;
mod json;
mod path;
mod protocol;
mod record;
mod replay;
mod retry;
mod service;
mod state;
mod substitution;
mod table;
mod tasks;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use ambient::Clock;
use axum::Router;

pub use self::definition::{Definition, DefinitionError};
pub use self::invoke::{Invoke, InvokeError};
pub use self::journal::JournalError;
pub use self::substitution::SubstitutionError;

use self::arn::Id;
use self::journal::Journal;
use self::service::Service;
use self::table::Table;
use self::tasks::Tasks;

/// A state machine as it is deployed.
#[derive(Debug)]
pub struct Machine {
    /// Its name in the account, the last part of its ARN.
    pub name: String,
    /// What it does.
    pub definition: Definition,
}

/// The state machines of one stack with all their executions. Clones share them.
#[derive(Clone)]
pub struct States {
    service: Arc<Service>,
}

/// Why the service cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A machine's name is not one that AWS takes.
    #[error("`{0}` is not a name for a state machine")]
    MachineName(String),
    /// Two machines have the same name.
    #[error("there are two state machines named `{0}`")]
    SameName(String),
    /// The journal cannot be read or rewritten.
    #[error("cannot open the journal of the executions")]
    Journal(#[from] JournalError),
}

impl States {
    /// Returns the service with the executions of `journal`, a directory that is made if it does
    /// not exist; without one, all is forgotten when the process ends. Only one service at a time
    /// may have a directory open.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when a name is bad or the journal cannot be read.
    pub fn open(
        journal: Option<PathBuf>,
        machines: Vec<Machine>,
        invoke: Arc<dyn Invoke>,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let machines = by_name(machines)?;
        let (journal, saved) = match journal {
            Some(directory) => Journal::open(&directory, clock.now())?,
            None => (Journal::memory(), BTreeMap::new()),
        };
        let table = Table::new(journal, saved, clock.clone());
        let (runs, calls) = (Tasks::new(), Tasks::new());
        let service = Service { machines, table, runs, calls, invoke, clock };
        Ok(Self { service: Arc::new(service) })
    }

    /// Re-enters every execution that was open when the last process ended: each at the state it
    /// was in, its attempt one higher than the last. It must be called within a Tokio runtime.
    pub fn resume(&self) {
        self.service.resume();
    }

    /// Returns the HTTP service, one route at `/`.
    pub fn router(&self) -> Router {
        protocol::router(Arc::clone(&self.service))
    }

    /// Stops all work without ending it: what is open is resumed at the next start. Afterwards the
    /// journal is complete and closed, and nothing more can be started.
    pub async fn shutdown(&self) {
        self.service.shutdown().await;
    }

    /// Returns how many executions have not ended.
    #[must_use]
    pub fn open_executions(&self) -> usize {
        self.service.table.open_count()
    }

    /// Waits until no execution is open.
    pub async fn idle(&self) {
        self.service.table.idle().await;
    }

    /// Returns the ARN of the machine of that `name`, whether or not it exists.
    #[must_use]
    pub fn machine_arn(name: &str) -> String {
        arn::machine(name)
    }

    /// Returns the ARN of the execution of that `name` of a `machine`, whether or not it exists.
    #[must_use]
    pub fn execution_arn(machine: &str, name: &str) -> String {
        Id::new(machine, name).arn()
    }
}

fn by_name(machines: Vec<Machine>) -> Result<BTreeMap<String, Arc<Machine>>, OpenError> {
    let mut named = BTreeMap::new();
    for machine in machines {
        if !arn::is_name(&machine.name) {
            return Err(OpenError::MachineName(machine.name));
        }
        if let Some(other) = named.insert(machine.name.clone(), Arc::new(machine)) {
            return Err(OpenError::SameName(other.name.clone()));
        }
    }
    Ok(named)
}
