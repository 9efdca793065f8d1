use std::collections::HashMap;

use jiff::Timestamp;

use crate::retention::later;
use crate::{GroupId, Job, Schedule, Task, TaskId};

/// The rows of one group, and those of other groups that they depend on or are depended on by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub id: GroupId,
    /// Its job, unless it is a single task's.
    pub job: Option<Job>,
    /// Its tasks in the order of their numbers.
    pub tasks: Vec<Task>,
    /// The tasks of other groups that depend on tasks of this one.
    pub pointers: Vec<Pointer>,
    /// Tasks of other groups that were found: inputs, and those that pointers lead to.
    pub foreign: HashMap<TaskId, Task>,
    /// When the group is to be looked at next; none when its first row is gone.
    pub schedule: Option<Schedule>,
}

/// Says beside a task that a task of another group depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pointer {
    /// The task of this group.
    pub input: TaskId,
    /// The task of the other group.
    pub dependent: TaskId,
}

impl Group {
    /// Returns a task of this group, or one of another that was read with it, unless it is gone.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        if id.group() == self.id {
            self.tasks.iter().find(|task| task.id == id)
        } else {
            self.foreign.get(&id)
        }
    }

    /// Leaves out the tasks that are gone to whoever asks.
    pub fn retain_there(&mut self, now: Timestamp) {
        self.tasks.retain(|task| !task.is_gone(now));
    }

    /// Returns the newest try of each name of the job, in the order of their numbers; what was
    /// deleted is none.
    #[must_use]
    pub fn newest_tries(&self) -> Vec<&Task> {
        let there = || self.tasks.iter().filter(|task| !task.deleted);
        let newest: HashMap<_, _> = there().map(|task| (task.name(), task.id)).collect();
        there().filter(|task| newest.get(&task.name()) == Some(&task.id)).collect()
    }

    /// Returns whether a task has failed, or was deleted before it had finished, although its job
    /// needs it, and was not tried again: then the job cannot end well.
    #[must_use]
    pub fn is_lost(&self, task: &Task) -> bool {
        let tried =
            |other: &Task| !other.deleted && other.name() == task.name() && other.id > task.id;
        let failed = task.state.failure().is_some() && !task.ignore_error;
        failed && !self.tasks.iter().any(tried)
    }

    /// Returns all tries at what a task of the job is to do, the oldest first, without those deleted.
    #[must_use]
    pub fn tries(&self, task: &Task) -> Vec<&Task> {
        let same = |other: &&Task| !other.deleted && other.name() == task.name();
        self.tasks.iter().filter(same).collect()
    }

    /// Returns the tasks of other groups that this one's rows name.
    #[must_use]
    pub fn foreign_ids(&self) -> Vec<TaskId> {
        let inputs = self.tasks.iter().flat_map(|task| &task.inputs).map(|input| input.task);
        let dependents = self.pointers.iter().map(|pointer| pointer.dependent);
        let mut ids: Vec<_> = inputs.chain(dependents).filter(|id| id.group() != self.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Returns whether no row is left.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.job.is_none() && self.tasks.is_empty() && self.pointers.is_empty()
    }
}

impl Schedule {
    /// Returns the schedule of a group created, or opened again, at `at`: two minutes leave every
    /// healthy start the time to happen.
    #[must_use]
    pub fn first(at: Timestamp) -> Self {
        Self { due: later(at, jiff::SignedDuration::from_mins(2)), looks: 0 }
    }
}
