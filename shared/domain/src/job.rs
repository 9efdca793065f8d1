use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{JobId, OwnerId, TaskName};

/// A job as it is stored: its tasks have rows of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id, which is its group's.
    pub id: JobId,
    /// Whose it is.
    pub owner: OwnerId,
    /// A word of its owner's.
    pub tag: Option<String>,
    /// Where it is in its life.
    pub status: JobStatus,
    /// Raised by whatever opens it again, so that an ending that did not see that fails.
    pub version: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the first of its tasks was begun, once it has ended.
    pub started_at: Option<Timestamp>,
    /// When it ended, if it has.
    pub ended_at: Option<Timestamp>,
    /// When it is gone, once it has ended.
    pub expires_at: Option<Timestamp>,
    /// How many numbers its tasks have taken: the next one's is one more.
    pub numbers: u16,
    /// The tasks that were deleted before they had finished, unless tried again: it cannot end well.
    pub lost: BTreeSet<TaskName>,
    /// Whether its owner has deleted it.
    pub deleted: bool,
    /// The address its client came by, for what is told of it unasked: `https://api.example.org`.
    pub address: String,
    /// Where its owner wants to be told of its end.
    pub webhook_url: Option<String>,
    /// What is still to be told to webhooks.
    pub announce: Vec<JobEvent>,
}

/// What webhooks are told of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum JobEvent {
    /// It was created.
    #[serde(rename = "job.created")]
    Created,
    /// It ended with all well.
    #[serde(rename = "job.finished")]
    Finished,
    /// It ended in error.
    #[serde(rename = "job.failed")]
    Failed,
}

/// The status of a job as its row holds it; `waiting` is what it is called while all its tasks wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    /// Some task has not ended.
    Processing,
    /// All tasks have ended, none in an error that counts.
    Finished,
    /// All tasks have ended, one at least in error.
    Error,
}

/// When a group must be looked at, kept in its first row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The next time.
    pub due: Timestamp,
    /// How often the sweep has come by while something was open.
    pub looks: u32,
}

impl Job {
    /// Returns whether the job was deleted, or has ended longer ago than jobs are kept.
    #[must_use]
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted || self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}
