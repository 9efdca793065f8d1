use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::arn::{self, Id};
use super::error::{Failure, PAYLOAD_BYTES};
use super::path::Scope;
use super::record::{Attempted, Entered, Event, Outcome, Record, Start};
use super::replay::Place;
use super::retry;
use super::service::Service;
use super::state::{Fail, State, Task, Wait};
use super::{InvokeError, Machine};

/// One run through a machine, from state to state.
pub(super) struct Execution {
    service: Arc<Service>,
    id: Id,
    start: Start,
}

/// What comes after a state.
enum Step {
    Enter(String, Value),
    Succeed(Value),
}

impl Execution {
    pub(super) fn new(service: Arc<Service>, id: Id, start: Start) -> Self {
        Self { service, id, start }
    }

    /// Runs until the execution has ended; from `place` on, if it was there when the last process
    /// ended.
    pub(super) async fn run(self, place: Option<Place>) {
        let outcome = self.outcome(place).await;
        // Nobody waits for its record: without one the execution is resumed, and ends again.
        let _ = self.service.table.finish(&self.id, outcome);
    }

    async fn outcome(&self, place: Option<Place>) -> Outcome {
        // A machine may have gone when the stack was changed under an execution that was open.
        let Some(machine) = self.service.machines.get(&self.id.machine) else {
            return failed(Failure::runtime("The state machine does not exist any more."));
        };
        let Some(timeout) = machine.definition.timeout else {
            return self.walk(machine, place).await;
        };
        let deadline = self.start.at.saturating_add(timeout).unwrap_or(Timestamp::MAX);
        tokio::select! {
            outcome = self.walk(machine, place) => outcome,
            () = self.service.clock.sleep_until(deadline) => {
                Outcome::TimedOut { error: Failure::timeout().error }
            }
        }
    }

    async fn walk(&self, machine: &Machine, place: Option<Place>) -> Outcome {
        let mut place = match place {
            Some(place) => place,
            None => match serde_json::from_str(&self.start.input) {
                Ok(input) => self.enter(machine.definition.start_at.clone(), input),
                Err(_) => return failed(Failure::runtime("The input is not JSON.")),
            },
        };
        loop {
            match self.visit(machine, &mut place).await {
                Ok(Step::Enter(state, input)) => place = self.enter(state, input),
                Ok(Step::Succeed(output)) => {
                    return Outcome::Succeeded { output: output.to_string() };
                }
                Err(failure) => return failed(failure),
            }
            // States that wait for nothing would keep the thread to themselves.
            tokio::task::yield_now().await;
        }
    }

    fn enter(&self, state: String, input: Value) -> Place {
        let entered = Entered { state, input, at: self.service.clock.now() };
        self.note(Event::Entered(entered.clone()));
        Place { entered, attempted: None }
    }

    async fn visit(&self, machine: &Machine, place: &mut Place) -> Result<Step, Failure> {
        let Some(state) = machine.definition.states.get(&place.entered.state) else {
            return Err(Failure::runtime("The state does not exist any more."));
        };
        match state {
            State::Task(task) => match self.task(task, place).await {
                Ok(output) => Ok(step(task.next.as_ref(), output)),
                Err(failure) => caught(task, &place.entered.input, failure),
            },
            State::Wait(wait) => {
                self.wait(wait, place).await?;
                Ok(step(wait.next.as_ref(), place.entered.input.clone()))
            }
            State::Succeed { .. } => Ok(Step::Succeed(place.entered.input.clone())),
            State::Fail(Fail { error, cause, .. }) => {
                Err(Failure { error: error.clone(), cause: cause.clone() })
            }
        }
    }

    /// Attempts a task until it succeeds or is not to be retried. One that was being attempted when
    /// the last process ended is attempted again, as if that attempt had failed.
    async fn task(&self, task: &Task, place: &mut Place) -> Result<Value, Failure> {
        let mut next = place.attempted.take().map(after).unwrap_or_default();
        loop {
            self.note(Event::Attempted(next.clone()));
            let failure = match self.attempt(task, &place.entered, next.retry_count).await {
                Ok(output) => return Ok(output),
                Err(failure) => failure,
            };
            let delay = retry::delay(&task.retry, &mut next.retries, &failure.error);
            self.service.clock.sleep(delay.ok_or(failure)?).await;
            next = after(next);
        }
    }

    async fn attempt(
        &self,
        task: &Task,
        entered: &Entered,
        retry_count: u32,
    ) -> Result<Value, Failure> {
        let mut context = self.context(entered);
        context["State"]["RetryCount"] = retry_count.into();
        let scope = Scope { input: &entered.input, context: &context };
        let mut parameters = within_limit(task.parameters.render(scope)?)?;
        let Value::String(function) = parameters["FunctionName"].take() else {
            return Err(Failure::runtime("The FunctionName is not a text."));
        };
        let payload = parameters["Payload"].take();
        let answer = self.call(function, payload, task.timeout_seconds.map(Duration::from)).await?;
        let result = json!({ "ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200 });
        within_limit(task.result_path.place(&entered.input, within_limit(result)?)?)
    }

    /// Calls a function and waits for its answer, at most `timeout` long. The call has a task of its
    /// own, because it goes on when nobody waits for it any more.
    async fn call(
        &self,
        function: String,
        payload: Value,
        timeout: Option<Duration>,
    ) -> Result<Value, Failure> {
        let (answer, answered) = oneshot::channel();
        let invoke = Arc::clone(&self.service.invoke);
        self.service.calls.spawn(async move {
            // It is nobody's when the state has timed out or the execution was stopped.
            let _ = answer.send(invoke.invoke(&function, payload).await);
        });
        let out_of_time = async {
            match timeout {
                Some(timeout) => self.service.clock.sleep(timeout).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = answered => match answer {
                Ok(answer) => answer.map_err(Failure::from),
                Err(_) => Err(Failure::new("Lambda.Unknown", "The function ended without an answer.")),
            },
            () = out_of_time => Err(Failure::timeout()),
        }
    }

    async fn wait(&self, wait: &Wait, place: &Place) -> Result<(), Failure> {
        let duration = self.duration(wait, &place.entered)?;
        let end = place.entered.at.saturating_add(duration).unwrap_or(Timestamp::MAX);
        self.service.clock.sleep_until(end).await;
        Ok(())
    }

    fn duration(&self, wait: &Wait, entered: &Entered) -> Result<Duration, Failure> {
        let Some(path) = &wait.seconds_path else {
            return Ok(wait.seconds.map(Duration::from).unwrap_or_default());
        };
        let context = self.context(entered);
        let scope = Scope { input: &entered.input, context: &context };
        let seconds = path.resolve(scope, "SecondsPath")?.as_u64();
        let seconds = seconds.ok_or_else(|| Failure::runtime("The SecondsPath is no number."))?;
        Ok(Duration::from_secs(seconds))
    }

    /// Returns the context object, which has a RetryCount in tasks only.
    fn context(&self, entered: &Entered) -> Value {
        let input: Value = serde_json::from_str(&self.start.input).unwrap_or_default();
        json!({
            "Execution": { "Id": self.id.arn(), "Name": self.id.name, "Input": input,
                           "StartTime": time(self.start.at) },
            "State": { "Name": entered.state, "EnteredTime": time(entered.at) },
            "StateMachine": { "Id": arn::machine(&self.id.machine), "Name": self.id.machine },
        })
    }

    fn note(&self, event: Event) {
        self.service.table.journal.note(&Record { id: self.id.clone(), event });
    }
}

impl From<InvokeError> for Failure {
    fn from(InvokeError { name, cause }: InvokeError) -> Self {
        Self::new(&name, &cause)
    }
}

fn after(last: Attempted) -> Attempted {
    Attempted { retry_count: last.retry_count.saturating_add(1), ..last }
}

fn step(next: Option<&String>, output: Value) -> Step {
    match next {
        Some(next) => Step::Enter(next.clone(), output),
        None => Step::Succeed(output),
    }
}

fn caught(task: &Task, input: &Value, failure: Failure) -> Result<Step, Failure> {
    let Some(catcher) = retry::catcher(&task.catch, &failure.error) else { return Err(failure) };
    let output = catcher.result_path.place(input, failure.output())?;
    Ok(Step::Enter(catcher.next.clone(), within_limit(output)?))
}

fn failed(Failure { error, cause }: Failure) -> Outcome {
    Outcome::Failed { error, cause }
}

fn within_limit(payload: Value) -> Result<Value, Failure> {
    if payload.to_string().len() > PAYLOAD_BYTES {
        return Err(Failure::data_limit());
    }
    Ok(payload)
}

fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}
