use std::collections::HashSet;

use domain::{Group, GroupId, Step, TaskId};

use crate::SettleError;

/// Which tasks a settling may start.
///
/// A start does not show in the rows until the task is claimed. So who ends a task starts what
/// waits for that one; only who creates a group, and the sweep, start whatever is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starts {
    /// Whatever is ready.
    All,
    /// What depends on this task, which has just ended.
    After(TaskId),
    /// This task, which has just joined its group.
    New(TaskId),
}

/// One settling: the groups still to look at and what has been done, each thing once.
pub(crate) struct Pass {
    all: bool,
    new: Option<TaskId>,
    ended: HashSet<TaskId>,
    groups: Vec<GroupId>,
    seen: HashSet<GroupId>,
    done: HashSet<Step>,
    failed: Option<SettleError>,
}

impl Pass {
    pub(crate) fn new(group: GroupId, starts: Starts) -> Self {
        let (new, ended) = match starts {
            Starts::All => (None, HashSet::new()),
            Starts::After(task) => (None, [task].into()),
            Starts::New(task) => (Some(task), HashSet::new()),
        };
        Self {
            all: starts == Starts::All,
            new,
            ended,
            groups: vec![group],
            seen: [group].into(),
            done: HashSet::new(),
            failed: None,
        }
    }

    pub(crate) fn next_group(&mut self) -> Option<GroupId> {
        self.groups.pop()
    }

    /// Returns those of the steps that are this settling's to take and were not taken before.
    pub(crate) fn admit(&mut self, group: &Group, steps: Vec<Step>) -> Vec<Step> {
        let steps: Vec<_> = steps.into_iter().filter(|step| self.may(group, step)).collect();
        steps.into_iter().filter(|step| self.remember(step)).collect()
    }

    /// Keeps what went wrong in mind, and returns what came of it otherwise.
    pub(crate) fn note(&mut self, result: Result<bool, SettleError>) -> bool {
        result.unwrap_or_else(|error| {
            self.failed = Some(error);
            false
        })
    }

    pub(crate) fn finish(self) -> Result<(), SettleError> {
        self.failed.map_or(Ok(()), Err)
    }

    fn may(&self, group: &Group, step: &Step) -> bool {
        let Step::Start(task) = step else { return true };
        let inputs = group.task(*task).map(|task| task.inputs.as_slice()).unwrap_or_default();
        self.all
            || self.new == Some(*task)
            || inputs.iter().any(|input| self.ended.contains(&input.task))
    }

    /// Returns whether the step is new, and keeps what follows from it in mind.
    fn remember(&mut self, step: &Step) -> bool {
        let new = self.done.insert(step.clone());
        match step {
            Step::Finish(task)
            | Step::Find { task, .. }
            | Step::Fail { task, .. }
            | Step::Discard(task) => {
                self.ended.insert(*task);
            }
            Step::Visit(pointer) => {
                self.ended.insert(pointer.input);
                self.visit(pointer.dependent.group());
            }
            Step::Unstage(_)
            | Step::Start(_)
            | Step::EndJob(_)
            | Step::Announce(_)
            | Step::Forget(_)
            | Step::Expire(_)
            | Step::ExpireJob => {}
        }
        new
    }

    fn visit(&mut self, group: GroupId) {
        if self.seen.insert(group) {
            self.groups.push(group);
        }
    }
}
