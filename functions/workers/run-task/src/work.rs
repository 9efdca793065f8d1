use domain::{Event, Failure, From, Output, Run, Task};
use engines::Progress;
use files::FilesError;
use jiff::SignedDuration;
use operations::{Bench, Operation, Stop};
use store::Outcome;
use worker::WorkerError;

use crate::claim::Claimed;
use crate::{Context, details, inputs, watch};

/// How a run came to its end.
enum End {
    Done(Output),
    Failed(Failure),
    /// The task is not this run's any more; something may still be stored for it.
    Lost {
        lingering: bool,
    },
}

/// Works on a claimed task until it is done, has failed, is taken away, or its time is up.
pub(crate) async fn work(
    context: &Context,
    claimed: &Claimed,
    run: &Run,
) -> Result<(), WorkerError> {
    let task = &claimed.task;
    let result = attempt(context, claimed, run).await;
    let files = &context.settler.files;
    match result {
        Ok(End::Done(output)) => match finish(context, task, run, output).await? {
            Outcome::Applied(task) => {
                context.settler.tell_end(&task);
                Ok(())
            }
            Outcome::Lost(_) | Outcome::Gone => leave(context, task, run).await,
        },
        Ok(End::Failed(failure)) => match fail(context, task, run, failure).await? {
            Outcome::Applied(task) => {
                context.settler.tell_end(&task);
                Ok(files.delete_run(task.id, run).await?)
            }
            Outcome::Lost(_) | Outcome::Gone => leave(context, task, run).await,
        },
        // Its row stays until nothing can come any more, which is when the deadline has passed.
        Ok(End::Lost { lingering: true }) => Ok(files.delete_run(task.id, run).await?),
        Ok(End::Lost { lingering: false }) => leave(context, task, run).await,
        Err(error) => {
            // Another run will not find these; this one's error is what counts.
            drop(files.delete_run(task.id, run).await);
            Err(error)
        }
    }
}

/// Takes back what was stored for a task that is not this run's any more, and says so: the task's
/// row may go then.
async fn leave(context: &Context, task: &Task, run: &Run) -> Result<(), WorkerError> {
    context.settler.files.delete_run(task.id, run).await?;
    Ok(context.settler.store.release(task.id, run).await?)
}

async fn attempt(context: &Context, claimed: &Claimed, run: &Run) -> Result<End, WorkerError> {
    let task = &claimed.task;
    let payload = context.settler.files.load_payload(task).await?;
    let operation = match Operation::parse(&task.operation, &payload, &context.rules) {
        Ok(operation) => operation,
        Err(invalid) => return stopped(Stop::refused(&invalid)),
    };
    let inputs = match inputs::input_files(context, task).await? {
        Ok(inputs) => inputs,
        Err(stop) => return stopped(stop),
    };
    let directory = tempfile::tempdir_in(&context.scratch).map_err(FilesError::from)?;
    let progress = Progress::hiding(operations::secrets(&task.operation, &payload));
    let timeout =
        SignedDuration::try_from(Operation::timeout(&payload)).unwrap_or(SignedDuration::MAX);
    let until = claimed.end.min(claimed.at.saturating_add(timeout).unwrap_or(claimed.end));
    let bench = Bench {
        task: task.id,
        run,
        directory: directory.path(),
        room: room(context)?,
        progress: &progress,
        until,
        files: &context.settler.files,
        egress: &context.egress,
        role: &context.role,
        capturer: &context.capturer,
        catalogue: &context.rules.catalogue,
        entropy: &context.settler.entropy,
    };
    let lingering = operation.lingers();
    let end = tokio::select! {
        result = operation.run(&bench, &inputs) => result.map(End::Done).or_else(stopped),
        () = watch::watch(context, task.id, run, &progress) => Ok(End::Lost { lingering }),
        () = context.settler.clock.sleep_until(until) => Ok(End::Failed(Failure::too_slow())),
    };
    Ok(said(end?, progress.lines()))
}

/// What the engine said goes with the ending.
fn said(end: End, log: Vec<String>) -> End {
    match end {
        End::Done(output) => End::Done(Output { log, ..details::bounded(output) }),
        End::Failed(failure) => End::Failed(Failure { log, ..failure }),
        End::Lost { .. } => end,
    }
}

fn stopped(stop: Stop) -> Result<End, WorkerError> {
    match stop {
        Stop::Failed(failure) => Ok(End::Failed(failure)),
        Stop::Unavailable(error) => Err(error.into()),
        Stop::Throttled => Err(WorkerError::Throttled),
    }
}

/// Nine tenths of the disk hold the inputs and what becomes of them, which may be as large.
fn room(context: &Context) -> Result<u64, FilesError> {
    let disk = rustix::fs::statvfs(&context.scratch).map_err(std::io::Error::from)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize) / 10 * 9 / 2)
}

async fn finish(
    context: &Context,
    task: &Task,
    run: &Run,
    output: Output,
) -> Result<Outcome, WorkerError> {
    let at = context.settler.clock.now();
    let event = Event::Finish { from: From::Run(run.clone()), at, output };
    Ok(context.settler.store.apply(task.id, &task.owner, &event).await?)
}

async fn fail(
    context: &Context,
    task: &Task,
    run: &Run,
    failure: Failure,
) -> Result<Outcome, WorkerError> {
    let at = context.settler.clock.now();
    let event = Event::Fail { from: From::Run(run.clone()), at, failure };
    Ok(context.settler.store.apply(task.id, &task.owner, &event).await?)
}
