use domain::{JobId, Run, TaskId};

/// Under this lies what clients have uploaded; the bucket's notification goes by it.
pub const UPLOADS: &str = "uploads/";

/// Returns where the `number`th result of a run lies.
///
/// The user's name for the file is no part of it, and no two runs share one.
#[must_use]
pub fn result_key(task: TaskId, run: &Run, number: usize) -> String {
    format!("{}{}-{}/{number}", task_prefix(task), run.attempt, run.nonce)
}

/// Returns the task that an uploaded object belongs to, none when the key is no upload's.
#[must_use]
pub fn upload_task(key: &str) -> Option<TaskId> {
    key.strip_prefix(UPLOADS)?.split_once('/')?.0.parse().ok()
}

/// Returns under what everything of a task lies but its upload.
pub(crate) fn task_prefix(task: TaskId) -> String {
    format!("tasks/{task}/")
}

/// Returns under what everything of a job lies but what its tasks have.
pub(crate) fn job_prefix(job: JobId) -> String {
    format!("jobs/{job}/")
}

/// Returns under what a run's results lie.
pub(crate) fn run_prefix(task: TaskId, run: &Run) -> String {
    format!("{}{}-{}/", task_prefix(task), run.attempt, run.nonce)
}

/// Returns under what the upload of a task lies.
pub(crate) fn upload_prefix(task: TaskId) -> String {
    format!("{UPLOADS}{task}/")
}

#[cfg(test)]
mod tests {
    use domain::GroupId;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn an_uploads_key_names_its_task_and_no_other_key_does() {
        let task = GroupId::new(Timestamp::UNIX_EPOCH, [1; 10]).task(1);
        let key = format!("{}a/b.png", upload_prefix(task));
        assert_eq!(upload_task(&key), Some(task));
        assert_eq!(upload_task(&task_prefix(task)), None);
        assert_eq!(upload_task("uploads/no-task/a.png"), None);
    }
}
