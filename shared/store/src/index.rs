//! The indexes that lists are read from: keys only, by owner and kind, newest first.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Job, JobStatus, OwnerId, Status, Task, TaskId};
use jiff::Timestamp;

use crate::item::{Item, text, word};

/// Every task or job of an owner.
pub(crate) const OWNED: &str = "owned";
/// Those in one status.
pub(crate) const OWNED_STATUS: &str = "owned_status";
/// Tasks of one operation, or jobs of one tag.
pub(crate) const OWNED_LABEL: &str = "owned_label";
/// When it was created, and its id.
pub(crate) const LISTED: &str = "listed";
/// What takes a row out of all of them.
pub(crate) const REMOVE: &str = "owned, owned_status, owned_label, listed";

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tasks.
    Task,
    /// Jobs.
    Job,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Job => "job",
        }
    }
}

/// Puts a task into the indexes.
pub(crate) fn list_task(item: &mut Item, task: &Task) {
    item.insert(OWNED.to_owned(), owned(Kind::Task, &task.owner));
    item.insert(OWNED_STATUS.to_owned(), task_status(&task.owner, task.state.status()));
    item.insert(OWNED_LABEL.to_owned(), label(Kind::Task, &task.owner, &task.operation));
    item.insert(LISTED.to_owned(), listed(task.created_at, task.id));
}

/// Puts a job into the indexes.
pub(crate) fn list_job(item: &mut Item, job: &Job) {
    item.insert(OWNED.to_owned(), owned(Kind::Job, &job.owner));
    item.insert(OWNED_STATUS.to_owned(), job_status(&job.owner, job.status));
    if let Some(tag) = &job.tag {
        item.insert(OWNED_LABEL.to_owned(), label(Kind::Job, &job.owner, tag));
    }
    item.insert(LISTED.to_owned(), listed(job.created_at, job.id));
}

pub(crate) fn owned(kind: Kind, owner: &OwnerId) -> AttributeValue {
    text(format_args!("{}#{owner}", kind.word()))
}

pub(crate) fn task_status(owner: &OwnerId, status: Status) -> AttributeValue {
    status_of(Kind::Task, owner, word(status))
}

pub(crate) fn job_status(owner: &OwnerId, status: JobStatus) -> AttributeValue {
    status_of(Kind::Job, owner, word(status))
}

pub(crate) fn status_of(kind: Kind, owner: &OwnerId, word: AttributeValue) -> AttributeValue {
    let word = word.as_s().map(String::as_str).unwrap_or_default();
    text(format_args!("{}#{owner}#{word}", kind.word()))
}

/// The owner's length keeps one owner's tag from reading like another owner and tag.
pub(crate) fn label(kind: Kind, owner: &OwnerId, label: &str) -> AttributeValue {
    text(format_args!("{}#{}#{owner}#{label}", kind.word(), owner.as_str().len()))
}

/// Sorts by time and then by id.
pub(crate) fn listed(at: Timestamp, id: impl std::fmt::Display) -> AttributeValue {
    text(format_args!("{:015}#{id}", at.as_millisecond()))
}

/// Reads where a task or job stands in a list.
pub(crate) fn parse_listed(listed: &str) -> Option<(Timestamp, &str)> {
    let (millis, id) = listed.split_once('#')?;
    let at = Timestamp::from_millisecond(millis.parse().ok()?).ok()?;
    Some((at, id))
}

/// Returns the first and last place that a task or job created since `at` can have.
pub(crate) fn since(at: Timestamp) -> (AttributeValue, AttributeValue) {
    (listed(at, ""), text("~"))
}

/// Returns the key of a task or job by its id.
pub(crate) fn key_of(id: &str) -> Option<Item> {
    let group = match id.parse::<TaskId>() {
        Ok(task) => task.group(),
        Err(_) => id.parse::<domain::JobId>().ok()?.group(),
    };
    Some([("pk".to_owned(), text(group)), ("sk".to_owned(), text(id))].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(text: &str) -> OwnerId {
        OwnerId::parse(text).unwrap()
    }

    #[test]
    fn no_owner_and_label_read_like_another_owners() {
        assert_ne!(label(Kind::Job, &owner("a"), "b#c"), label(Kind::Job, &owner("a#b"), "c"));
        assert_ne!(label(Kind::Job, &owner("a"), "x"), label(Kind::Task, &owner("a"), "x"));
    }

    #[test]
    fn places_in_a_list_sort_by_time_and_are_read_back() {
        let at = |millis| Timestamp::from_millisecond(millis).unwrap();
        let (early, late) = (listed(at(999), "z"), listed(at(1_700_000_000_000), "a"));
        assert!(early.as_s().unwrap() < late.as_s().unwrap());
        assert_eq!(parse_listed(early.as_s().unwrap()), Some((at(999), "z")));
        assert_eq!(parse_listed("x"), None);
    }
}
