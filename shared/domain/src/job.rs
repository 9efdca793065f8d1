use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{JobId, OwnerId, expiry};

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
    /// When it ended, if it has.
    pub ended_at: Option<Timestamp>,
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
    /// Returns when the job is gone, if it has ended.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.ended_at.map(expiry)
    }

    /// Returns whether the job has ended longer ago than jobs are kept.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at().is_some_and(|expires_at| expires_at <= now)
    }
}
