use jiff::{SignedDuration, Timestamp};

/// How long a task stays after it has ended, as the API promises; a deployment may say less.
pub const RETENTION: SignedDuration = SignedDuration::from_hours(24);

/// How long after the creation of an import/upload its file may come.
///
/// Half the retention, so that what an upload joins with is still there when it comes.
pub const UPLOAD_WINDOW: SignedDuration = SignedDuration::from_hours(12);

/// How long after its creation a task may be open.
pub const EXECUTION_TIME: SignedDuration = SignedDuration::from_hours(24);

/// How long the rows of a large job may wait for the row that makes them one.
pub const STAGING: SignedDuration = SignedDuration::from_mins(10);

/// The most tasks a job may be created with.
pub const MOST_TASKS: usize = 500;

/// Returns the time `by` after `at`, at the end of time at the latest.
pub(crate) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
