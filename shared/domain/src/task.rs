use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{File, JobId, KeyId, OwnerId, State, TaskId, TaskName};

/// A task as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id, which holds its group's.
    pub id: TaskId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Whether it is part of a job or stands for itself.
    pub scope: Scope,
    /// The path it was created by: `convert`, `import/url` …
    pub operation: String,
    /// What brings it to its end.
    pub work: Work,
    /// What it was asked to do.
    pub payload: Payload,
    /// The tasks whose files it takes.
    pub inputs: Vec<Input>,
    /// Whether those that depend on it go on without it when it fails.
    pub ignore_error: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Where it is in its life.
    pub state: State,
    /// How much of the work is done, of 100.
    pub percent: u8,
    /// What happened, in words, when there is more to say than the state.
    pub message: Option<String>,
    /// Name and version of the engine that did the work.
    pub engine: Option<(String, String)>,
    /// What it made.
    pub files: Files,
    /// Further members of its result, such as a file's metadata.
    pub details: Map<String, Value>,
    /// What the engine itself said last, line by line.
    pub log: Vec<String>,
    /// What makes the addresses of an export/url unguessable: 32 hexadecimal digits.
    pub secret: Option<String>,
    /// The key it was created with, unless it was by none.
    pub key: Option<KeyId>,
    /// The task that it tries again, if it does.
    pub retry_of: Option<TaskId>,
    /// The tasks that try it again, for one that belongs to no job.
    pub retries: Vec<TaskId>,
    /// Whether its job has not been made whole yet.
    pub staged: bool,
    /// Whether its owner has deleted it: it is gone to all who ask, its files and row soon will be.
    pub deleted: bool,
    /// When it is gone, once it has ended.
    pub expires_at: Option<Timestamp>,
}

/// Whether a task belongs to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It is the only task of its group.
    Single,
    /// It bears a name in the job of its group.
    Job(TaskName),
}

/// What brings a task to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    /// Its bytes came with its creation: it ends at once.
    Stored,
    /// It ends when its object arrives.
    Upload,
    /// It lists the files of its inputs: it ends when they have.
    Listing,
    /// A state machine has a worker do it.
    Execution,
}

/// One task whose files another takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// The task.
    pub task: TaskId,
    /// Whether its failure can be done without (`ignore_error`).
    pub optional: bool,
}

/// What a task was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Small and without secrets: in the row.
    Inline(Map<String, Value>),
    /// In an object beside the task.
    Stored,
}

/// The files of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Files {
    /// In the row; empty until the task has finished.
    Inline(Vec<File>),
    /// Too many for a row: the key of an object that lists them.
    Stored {
        /// The object's key.
        key: String,
        /// How many they are.
        count: usize,
    },
}

impl Task {
    /// Returns the job that the task is part of, if it is.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        match self.scope {
            Scope::Single => None,
            Scope::Job(_) => Some(self.id.group().into()),
        }
    }

    /// Returns the task's name in its job, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&TaskName> {
        match &self.scope {
            Scope::Single => None,
            Scope::Job(name) => Some(name),
        }
    }

    /// Returns what to call the task in a sentence: its name, else its id.
    #[must_use]
    pub fn title(&self) -> String {
        self.name().map_or_else(|| self.id.to_string(), ToString::to_string)
    }

    /// Returns whether doing it may take an engine: not when it brings files in or out, puts them into an archive, or has
    /// another function open a page.
    #[must_use]
    pub fn may_need_engine(&self) -> bool {
        let moves = self.operation.starts_with("import/") || self.operation.starts_with("export/");
        !moves && !matches!(self.operation.as_str(), "archive" | "capture-website")
    }

    /// Returns whether the task was deleted, or has ended longer ago than tasks are kept: to all who
    /// ask it is gone.
    #[must_use]
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted || self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Returns whether the task has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.state.ended_at().is_some()
    }
}

impl Default for Files {
    fn default() -> Self {
        Self::Inline(Vec::new())
    }
}

impl Files {
    /// Returns how many files there are.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Inline(files) => files.len(),
            Self::Stored { count, .. } => *count,
        }
    }
}
