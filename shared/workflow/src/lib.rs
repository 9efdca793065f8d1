//! The state machines: one has tasks worked on, one has webhooks told.
//!
//! This is the only room that knows Step Functions. An execution is named by its task or delivery, so
//! starting one twice starts one; its input is ids and the name of the function that does the work.

use aws::{Environment, MissingSetting, Service};
use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::DisplayErrorContext;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::operation::stop_execution::StopExecutionError;
use domain::{Delivery, Task, TaskId};
use serde_json::{Value, json};

/// The state machines.
#[derive(Clone, Debug)]
pub struct Workflow {
    client: Client,
    machine: String,
    webhook_machine: String,
    runner: String,
    engine_runner: String,
}

/// How a start went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It runs, whether by this call or an earlier one.
    Running,
    /// An execution of that name has been and ended.
    Over,
}

/// Step Functions could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("the state machine is unavailable: {0}")]
pub struct WorkflowError(String);

impl Workflow {
    /// Connects to the state machine that `RECAST_TASK_MACHINE` names (its ARN), which has tasks run
    /// by the function that `RECAST_RUNNER` names, or, where an engine may be needed, by that of
    /// `RECAST_ENGINE_RUNNER`, and the one that `RECAST_WEBHOOK_MACHINE` does.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let client = Client::new(&environment.sdk_config(Service::StepFunctions)?);
        let setting = |name| environment.settings.required(name).map(ToOwned::to_owned);
        Ok(Self {
            client,
            machine: setting("RECAST_TASK_MACHINE")?,
            webhook_machine: setting("RECAST_WEBHOOK_MACHINE")?,
            runner: setting("RECAST_RUNNER")?,
            engine_runner: setting("RECAST_ENGINE_RUNNER")?,
        })
    }

    /// Starts the execution of a task; `again` counts the starts after the first, each under a name
    /// of its own, since a name is taken for 90 days.
    ///
    /// # Errors
    ///
    /// [`WorkflowError`] when Step Functions does not take it.
    pub async fn start(&self, task: &Task, again: u32) -> Result<Started, WorkflowError> {
        let name = if again == 0 { task.id.to_string() } else { format!("{}-{again}", task.id) };
        let input = json!({
            "task": task.id.to_string(),
            "owner": task.owner,
            "key": task.key,
            "traceparent": task.id.traceparent(),
            "runner": if task.may_need_engine() { &self.engine_runner } else { &self.runner },
        });
        self.start_execution(&self.machine, name, &input).await
    }

    /// Starts the execution of a delivery, unless it was started before.
    ///
    /// # Errors
    ///
    /// [`WorkflowError`] when Step Functions does not take it.
    pub async fn start_delivery(&self, delivery: &Delivery) -> Result<Started, WorkflowError> {
        let input = json!({
            "owner": delivery.owner,
            "receiver": delivery.receiver.to_string(),
            "delivery": delivery.id.to_string(),
        });
        self.start_execution(&self.webhook_machine, delivery.id.to_string(), &input).await
    }

    async fn start_execution(
        &self,
        machine: &str,
        name: String,
        input: &Value,
    ) -> Result<Started, WorkflowError> {
        let start = self.client.start_execution().state_machine_arn(machine);
        match start.name(name).input(input.to_string()).send().await {
            Ok(_) => Ok(Started::Running),
            Err(error)
                if matches!(
                    error.as_service_error(),
                    Some(StartExecutionError::ExecutionAlreadyExists(_))
                ) =>
            {
                Ok(Started::Over)
            }
            Err(error) => Err(WorkflowError(DisplayErrorContext(&error).to_string())),
        }
    }

    /// Stops the first execution of a task; that there is none, or that it has ended, is as good.
    ///
    /// What it has called goes on: a worker finds out by itself that the task is not its own any more.
    ///
    /// # Errors
    ///
    /// [`WorkflowError`] when Step Functions does not answer.
    pub async fn stop(&self, task: TaskId) -> Result<(), WorkflowError> {
        let execution = self.machine.replacen(":stateMachine:", ":execution:", 1);
        let stop = self.client.stop_execution().execution_arn(format!("{execution}:{task}"));
        match stop.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(
                    error.as_service_error(),
                    Some(StopExecutionError::ExecutionDoesNotExist(_))
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(WorkflowError(DisplayErrorContext(&error).to_string())),
        }
    }
}
