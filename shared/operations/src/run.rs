use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};

use ambient::Entropy;
use capture::Capturer;
use domain::{Code, Failure, File, FileName, Output, Run, TaskId};
use egress::Egress;
use engines::{Catalogue, Progress};
use files::{Files, FilesError};
use jiff::Timestamp;

use crate::{Invalid, Operation};

/// Where a task is worked on, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// The task.
    pub task: TaskId,
    /// The run that works on it: names where results lie.
    pub run: &'a Run,
    /// A directory for this run alone.
    pub directory: &'a Path,
    /// How many bytes the inputs may have: what is left of the disk holds what becomes of them.
    pub room: u64,
    /// How far the work is.
    pub progress: &'a Progress,
    /// When it is stopped.
    pub until: Timestamp,
    /// The bucket.
    pub files: &'a Files,
    /// The way to addresses that users name.
    pub egress: &'a Egress,
    /// The deployment's own role, for buckets that it may be used for.
    pub role: &'a Role,
    /// The function that opens pages of the web.
    pub capturer: &'a Capturer,
    /// What can be converted here.
    pub catalogue: &'a Catalogue,
    /// Randomness.
    pub entropy: &'a Entropy,
}

/// What the deployment itself is to AWS.
#[derive(Clone)]
pub struct Role {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret of the access key.
    pub secret_access_key: String,
    /// What comes with temporary credentials.
    pub session_token: Option<String>,
    /// Where S3 is, when it is not where AWS has it.
    pub endpoint: Option<String>,
    /// The way to S3, which may be on this machine.
    pub egress: Egress,
}

impl Debug for Role {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Role").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// The files of one of the tasks whose files are taken.
#[derive(Clone, Debug)]
pub struct Given {
    /// The task.
    pub task: TaskId,
    /// Its name within its job, or its id.
    pub title: String,
    /// Its files.
    pub files: Vec<File>,
}

/// Why an operation was not done.
#[derive(Debug)]
pub enum Stop {
    /// The task has failed.
    Failed(Failure),
    /// The bucket or the disk did not do its part: another try may.
    Unavailable(FilesError),
    /// There is no room for another function: later there is.
    Throttled,
}

impl Stop {
    /// Says that a payload cannot be done. What was accepted at creation is refused only when the engines have changed
    /// since.
    #[must_use]
    pub fn refused(invalid: &[Invalid]) -> Self {
        let message = invalid.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join(" ");
        Self::Failed(Failure::new(Code::InvalidConversionType, message))
    }
}

impl Operation {
    /// Does what the task is asked to do, with the files of its inputs.
    ///
    /// Dropping the future stops the work.
    ///
    /// # Errors
    ///
    /// See [`Stop`].
    pub async fn run(&self, bench: &Bench<'_>, inputs: &[Given]) -> Result<Output, Stop> {
        self.act().run(bench, inputs).await
    }

    /// Returns whether something may still be stored for the task when the work has been dropped, until
    /// [`Bench::until`] at the latest.
    #[must_use]
    pub fn lingers(&self) -> bool {
        self.act().lingers()
    }
}

impl Bench<'_> {
    /// Brings the files of the inputs to disk.
    pub(crate) async fn fetch(&self, inputs: &[&File]) -> Result<Vec<(FileName, PathBuf)>, Stop> {
        if inputs.iter().map(|file| file.size).sum::<u64>() > self.room {
            let message = "The input files are larger than what the converter has room for.";
            return Err(Stop::Failed(Failure::new(Code::FileTooLarge, message)));
        }
        let mut fetched = Vec::with_capacity(inputs.len());
        for (number, file) in inputs.iter().enumerate() {
            let path = self.directory.join(format!("input-{number}"));
            self.files.download(file, &path).await?;
            fetched.push((file.name.clone(), path));
        }
        Ok(fetched)
    }

    /// Makes the result of files on disk, each with its name.
    pub(crate) async fn store(
        &self,
        made: impl Iterator<Item = (FileName, &Path)>,
    ) -> Result<Output, Stop> {
        let mut files = Vec::new();
        for (index, (name, path)) in made.enumerate() {
            let key = files::result_key(self.task, self.run, index + 1);
            files.push(self.files.upload(key, name, path).await?);
        }
        self.finish(files).await
    }

    /// Makes the result of stored files.
    pub(crate) async fn finish(&self, files: Vec<File>) -> Result<Output, Stop> {
        let files = self.files.save_list(self.task, self.run, files).await?;
        Ok(Output { files, ..Output::default() })
    }
}

impl From<FilesError> for Stop {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::Gone => Self::Failed(Failure::new(
                Code::InputTaskFailed,
                "The file of an input task is gone.",
            )),
            FilesError::Changed => Self::Failed(Failure::new(
                Code::InputChanged,
                "The file of an input task has changed.",
            )),
            FilesError::Unavailable(_) | FilesError::Disk(_) | FilesError::Malformed => {
                Self::Unavailable(error)
            }
        }
    }
}
