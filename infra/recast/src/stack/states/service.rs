use std::collections::BTreeMap;
use std::sync::Arc;

use ambient::{Clock, Entropy};
use serde::de::IgnoredAny;
use uuid::Builder;

use super::arn::{self, Id};
use super::error::PAYLOAD_BYTES;
use super::execution::Execution;
use super::journal::JournalError;
use super::record::{End, Outcome, Start};
use super::table::{Seen, Table};
use super::tasks::Tasks;
use super::{Invoke, Machine};

/// The machines, their executions, and what these run on.
pub(super) struct Service {
    pub(super) machines: BTreeMap<String, Arc<Machine>>,
    pub(super) table: Table,
    /// The runs of executions.
    pub(super) runs: Tasks,
    /// Their calls of functions, which may outlive them.
    pub(super) calls: Tasks,
    pub(super) invoke: Arc<dyn Invoke>,
    pub(super) clock: Clock,
}

/// Why a call is refused. The texts are AWS's.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Execution Already Exists: '{0}'")]
    ExecutionAlreadyExists(String),
    #[error("Execution Does Not Exist: '{0}'")]
    ExecutionDoesNotExist(String),
    #[error("Invalid Arn: 'Invalid ARN prefix: {0}'")]
    InvalidArn(String),
    #[error("Invalid State Machine Execution Input: '{0}'")]
    InvalidExecutionInput(String),
    #[error("Invalid Name: '{0}'")]
    InvalidName(String),
    #[error("State Machine Does Not Exist: '{0}'")]
    StateMachineDoesNotExist(String),
    #[error("The record of the execution could not be written")]
    Journal(#[from] JournalError),
}

impl Service {
    /// Starts an execution of the machine of that ARN and returns it once its record is durable.
    /// Without a name it gets one; the same start of one that is open is answered as the first was.
    ///
    /// # Errors
    ///
    /// [`Refusal`] as StartExecution's.
    pub(super) async fn start(
        self: &Arc<Self>,
        machine_arn: &str,
        name: Option<String>,
        input: String,
    ) -> Result<(Id, Start), Refusal> {
        let machine = self.machine(machine_arn)?;
        let id = Id::new(&machine.name, &name.unwrap_or_else(unique_name));
        if !arn::is_name(&id.name) {
            return Err(Refusal::InvalidName(id.name));
        }
        check_input(&input)?;
        let reserved = self.table.reserve(&id, input);
        let (start, durable) = reserved.ok_or_else(|| Refusal::ExecutionAlreadyExists(id.arn()))?;
        if let Err(error) = durable.clone().await {
            self.table.release(&id, &durable);
            return Err(error.into());
        }
        self.run(&id);
        Ok((id, start))
    }

    /// Returns the execution of that ARN.
    ///
    /// # Errors
    ///
    /// [`Refusal`] as DescribeExecution's.
    pub(super) fn describe(&self, arn: &str) -> Result<(Id, Seen), Refusal> {
        let id = execution_id(arn)?;
        let seen = self.table.find(&id).ok_or_else(|| missing(arn))?;
        Ok((id, seen))
    }

    /// Ends the execution of that ARN as aborted, and returns how it ended: as it had already, if
    /// it had. The function that it is calling runs on, unheeded.
    ///
    /// # Errors
    ///
    /// [`Refusal`] as StopExecution's.
    pub(super) async fn stop(
        &self,
        arn: &str,
        error: Option<String>,
        cause: Option<String>,
    ) -> Result<End, Refusal> {
        let id = execution_id(arn)?;
        let finished = self.table.finish(&id, Outcome::Aborted { error, cause });
        let (end, durable) = finished.ok_or_else(|| missing(arn))?;
        durable.await?;
        Ok(end)
    }

    /// Runs what is open and does not run.
    pub(super) fn resume(self: &Arc<Self>) {
        for id in self.table.open() {
            self.run(&id);
        }
    }

    /// Stops all tasks and closes the journal. The calls go last: a run must not take the end of
    /// its call for a failure.
    pub(super) async fn shutdown(&self) {
        self.runs.stop().await;
        self.calls.stop().await;
        self.table.journal.close().await;
    }

    fn run(self: &Arc<Self>, id: &Id) {
        self.table.run(id, |start, place| {
            let execution = Execution::new(Arc::clone(self), id.clone(), start);
            self.runs.spawn(execution.run(place))
        });
    }

    fn machine(&self, machine_arn: &str) -> Result<&Arc<Machine>, Refusal> {
        is_arn(machine_arn)?;
        let machine = arn::machine_name(machine_arn).and_then(|name| self.machines.get(name));
        machine.ok_or_else(|| Refusal::StateMachineDoesNotExist(machine_arn.to_owned()))
    }
}

fn execution_id(arn: &str) -> Result<Id, Refusal> {
    is_arn(arn)?;
    Id::parse(arn).ok_or_else(|| missing(arn))
}

fn is_arn(arn: &str) -> Result<(), Refusal> {
    if arn.starts_with("arn:") { Ok(()) } else { Err(Refusal::InvalidArn(arn.to_owned())) }
}

fn missing(arn: &str) -> Refusal {
    Refusal::ExecutionDoesNotExist(arn.to_owned())
}

fn check_input(input: &str) -> Result<(), Refusal> {
    if input.len() > PAYLOAD_BYTES {
        let reason = format!("the input is longer than {PAYLOAD_BYTES} bytes");
        return Err(Refusal::InvalidExecutionInput(reason));
    }
    let json: Result<IgnoredAny, _> = serde_json::from_str(input);
    json.map(drop).map_err(|error| Refusal::InvalidExecutionInput(error.to_string()))
}

fn unique_name() -> String {
    Builder::from_random_bytes(Entropy.bytes()).into_uuid().to_string()
}
