use jiff::{SignedDuration, Timestamp};

use crate::retention::later;
use crate::{
    Code, EXECUTION_TIME, Failure, From, Group, Job, JobEvent, JobStatus, Pointer, STAGING,
    Schedule, State, Task, TaskId, UPLOAD_WINDOW, Work,
};

/// One thing to do for a group, each a single conditional write, a named start or a look at the
/// bucket, so that doing it twice or too late does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Show a task whose job has been made whole.
    Unstage(TaskId),
    /// Start the execution of a task whose inputs are there.
    Start(TaskId),
    /// End a task that needs no execution.
    Finish(TaskId),
    /// Look for the object of an upload; `last` when there is no more time for it to come.
    Find {
        /// The import/upload.
        task: TaskId,
        /// Whether the task fails if there is none.
        last: bool,
    },
    /// End a task in error.
    Fail {
        /// The task.
        task: TaskId,
        /// The state it was seen in.
        from: From,
        /// Why.
        failure: Failure,
    },
    /// End the job.
    EndJob(JobStatus),
    /// Tell webhooks of the job.
    Announce(JobEvent),
    /// Take a task that has not ended away from whoever works on it: its job was deleted.
    Discard(TaskId),
    /// Settle the group of a task that depends on one of this group which has ended.
    Visit(Pointer),
    /// Forget a pointer that nobody needs any more.
    Forget(Pointer),
    /// Delete a task's files and then its row.
    Expire(TaskId),
    /// Delete the job's row, the last of its group.
    ExpireJob,
}

/// Returns what is to be done for a group at `now`; nothing when all is as it should be.
///
/// A step may be answered again until the rows show that it was done: a start shows only when the
/// task has been claimed.
#[must_use]
pub fn due(group: &Group, now: Timestamp) -> Vec<Step> {
    let tasks = group.tasks.iter().filter_map(|task| due_task(group, task, now));
    let pointers = group.pointers.iter().filter_map(|pointer| due_pointer(group, *pointer));
    tasks.chain(pointers).chain(due_job(group, now)).collect()
}

/// Returns when the group is to be looked at again, none when it is gone.
///
/// While anything is open, or an export of another group that has expired is not deleted yet: after
/// two minutes, then twice as long up to ten. Then when the first of its rows expires.
#[must_use]
pub fn next_look(group: &Group, now: Timestamp) -> Option<Schedule> {
    let looks = group.schedule?.looks.saturating_add(1);
    if group.is_gone() {
        return None;
    }
    let minutes = 10.min(2_i64.saturating_pow(looks.saturating_add(1)));
    let soon = later(now, SignedDuration::from_mins(minutes));
    let open = group.tasks.iter().any(|task| !task.has_ended() || task.deleted)
        || group.job.as_ref().is_some_and(is_open);
    let mut dependents =
        group.pointers.iter().filter_map(|pointer| group.foreign.get(&pointer.dependent));
    let leaving = dependents.any(|task| task.is_gone(now));
    let due = if open || leaving { soon } else { first_expiry(group, now).unwrap_or(soon) };
    Some(Schedule { due, looks })
}

fn is_open(job: &Job) -> bool {
    job.ended_at.is_none() || job.deleted || !job.announce.is_empty()
}

fn first_expiry(group: &Group, now: Timestamp) -> Option<Timestamp> {
    let tasks = group.tasks.iter().chain(group.foreign.values());
    let tasks = tasks.filter_map(|task| task.expires_at);
    let job = group.job.iter().filter_map(|job| job.expires_at);
    tasks.chain(job).filter(|at| *at > now).min()
}

fn due_task(group: &Group, task: &Task, now: Timestamp) -> Option<Step> {
    if task.job().is_some() && group.job.is_none() {
        return due_orphan(task, now);
    }
    if group.job.as_ref().is_some_and(|job| job.deleted) {
        // What has not ended is taken away first, from a worker or an upload that is just coming in.
        let open = !task.has_ended() && !task.staged;
        return Some(if open { Step::Discard(task.id) } else { Step::Expire(task.id) });
    }
    if task.staged {
        return Some(Step::Unstage(task.id));
    }
    match &task.state {
        State::Waiting => due_waiting(group, task, now),
        State::Processing { run, deadline, .. } => {
            let over = now >= *deadline || now >= later(task.created_at, EXECUTION_TIME);
            over.then(|| fail(task, From::Run(run.clone()), Failure::too_slow()))
        }
        State::Finished { .. } | State::Error { .. } => {
            let expire = task.is_gone(now) && (task.deleted || !is_held(group, task));
            expire.then_some(Step::Expire(task.id))
        }
    }
}

/// A task whose job is gone goes too; one that is staged may still get its job.
fn due_orphan(task: &Task, now: Timestamp) -> Option<Step> {
    let lost = !task.staged || now >= later(task.created_at, STAGING);
    lost.then_some(Step::Expire(task.id))
}

fn due_waiting(group: &Group, task: &Task, now: Timestamp) -> Option<Step> {
    match task.work {
        Work::Stored => Some(Step::Finish(task.id)),
        Work::Upload => due_upload(task, now),
        Work::Listing | Work::Execution => due_dependent(group, task, now),
    }
}

fn due_upload(task: &Task, now: Timestamp) -> Option<Step> {
    let last = now >= later(task.created_at, UPLOAD_WINDOW);
    let late = now >= Schedule::first(task.created_at).due;
    late.then_some(Step::Find { task: task.id, last })
}

fn due_dependent(group: &Group, task: &Task, now: Timestamp) -> Option<Step> {
    let inputs: Vec<_> = task.inputs.iter().map(|input| look_at(group, *input, now)).collect();
    if let Some(failure) = inputs.iter().find_map(|input| input.failure()) {
        return Some(fail(task, From::Waiting, failure.clone()));
    }
    if now >= later(task.created_at, EXECUTION_TIME) {
        let failure = Failure::new(Code::Timeout, "The task waited longer than it may.");
        return Some(fail(task, From::Waiting, failure));
    }
    if inputs.iter().any(|input| matches!(input, Seen::Open)) {
        return None;
    }
    if !inputs.is_empty() && inputs.iter().all(|input| matches!(input, Seen::Skipped)) {
        let message = "All input tasks have failed";
        return Some(fail(task, From::Waiting, Failure::new(Code::InputTaskFailed, message)));
    }
    Some(if task.work == Work::Listing { Step::Finish(task.id) } else { Step::Start(task.id) })
}

/// What a dependent sees of one of its inputs.
enum Seen {
    Open,
    Ready,
    Skipped,
    Failed(Failure),
}

impl Seen {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Open | Self::Ready | Self::Skipped => None,
        }
    }
}

fn look_at(group: &Group, input: crate::Input, now: Timestamp) -> Seen {
    let found = group.task(input.task);
    let reason = match found {
        None => format!("{} is gone", input.task),
        Some(task) if task.deleted => format!("{} was deleted", task.title()),
        Some(task) if task.is_gone(now) => format!("{} has expired", task.title()),
        Some(task) => match &task.state {
            State::Waiting | State::Processing { .. } => return Seen::Open,
            State::Finished { .. } => return Seen::Ready,
            State::Error { .. } => task.title(),
        },
    };
    if input.optional {
        return Seen::Skipped;
    }
    Seen::Failed(Failure::new(Code::InputTaskFailed, format!("Input task has failed: {reason}")))
}

/// An export/url lists the objects of its inputs: they stay while it does, unless their owner deletes
/// them. One that has expired may be held itself, by an export of the export, so that it is its row
/// that counts.
fn is_held(group: &Group, task: &Task) -> bool {
    let exports =
        |other: &Task| other.inputs.iter().any(|input| input.task == task.id) && lists_files(other);
    let pointed = group.pointers.iter().filter(|pointer| pointer.input == task.id);
    group.tasks.iter().any(exports)
        || pointed.filter_map(|pointer| group.foreign.get(&pointer.dependent)).any(exports)
}

fn lists_files(task: &Task) -> bool {
    task.work == Work::Listing && !task.deleted && matches!(task.state, State::Finished { .. })
}

fn due_pointer(group: &Group, pointer: Pointer) -> Option<Step> {
    let input = group.task(pointer.input);
    let open = input.is_some_and(|task| !task.has_ended());
    match group.foreign.get(&pointer.dependent) {
        Some(dependent) if !dependent.has_ended() => (!open).then_some(Step::Visit(pointer)),
        Some(dependent) if input.is_some() && lists_files(dependent) => None,
        // The row that a pointer leads to is written before it: it is gone, not yet to come.
        Some(_) | None => Some(Step::Forget(pointer)),
    }
}

fn due_job(group: &Group, now: Timestamp) -> Option<Step> {
    let job = group.job.as_ref()?;
    if job.is_gone(now) {
        let last = group.tasks.is_empty() && group.pointers.is_empty();
        return last.then_some(Step::ExpireJob);
    }
    if let Some(event) = job.announce.first() {
        return Some(Step::Announce(*event));
    }
    let over = group.tasks.iter().all(|task| task.has_ended() && !task.staged);
    (over && job.ended_at.is_none()).then(|| Step::EndJob(outcome(group, job)))
}

/// What counts of each name is its newest try; a task that was deleted before it had finished is
/// none that went well.
fn outcome(group: &Group, job: &Job) -> JobStatus {
    let none = group.tasks.iter().all(|task| task.deleted);
    let lost = !job.lost.is_empty() || group.tasks.iter().any(|task| group.is_lost(task));
    if none || lost { JobStatus::Error } else { JobStatus::Finished }
}

fn fail(task: &Task, from: From, failure: Failure) -> Step {
    Step::Fail { task: task.id, from, failure }
}

#[cfg(test)]
mod tests;
