//! LibreOffice kept warm: processes with LibreOfficeKit loaded, as many as there are cores, one document at a time each.
//!
//! A process is begun when it is wanted, and ended after a number of documents, when it has grown, when it has been idle
//! for a while, and whenever anything goes wrong in it. It has a directory of its own: a confined process cannot be given
//! another one, so that documents come to it and results are taken from it.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::kit::{Reply, Request};
use super::{interface, profile};
use crate::process::{Bounds, Isolation, Sandboxed, Work};
use crate::sandbox::Policy;
use crate::{ConversionError, Format, Source};

/// How many documents a process converts: LibreOffice grows with each.
const MOST_DOCUMENTS: u32 = 50;

/// How large a process may have grown when the next document comes, in bytes.
const LARGEST: u64 = 700 << 20;

/// How long a process waits for the next document.
const IDLE: Duration = Duration::from_mins(5);

/// How long a process may take to say that it is there.
const ATTENTION: Duration = Duration::from_secs(5);

/// How long a process may take to begin: a cold disk can hold it up for seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The processes that wait for documents.
#[derive(Debug)]
pub(crate) struct Warm {
    idle: Mutex<Vec<(Worker, Instant)>>,
    /// A profile as it is before the first document.
    template: Mutex<Option<Arc<TempDir>>>,
    places: Semaphore,
}

/// A document to convert, and where the result shall be.
#[derive(Debug)]
pub(super) struct Order<'a> {
    pub(super) source: &'a Source,
    pub(super) output: &'a Path,
    pub(super) output_format: Format,
    /// The options of the filter that writes.
    pub(super) options: Option<String>,
    pub(super) password: Option<String>,
}

/// How a document came to no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is protected, and not by the password that was given.
    Locked,
    /// It does not open here, or the process came to an end: another way may do it.
    Refused(String),
    /// It went beyond a limit, or this machine failed.
    Error(ConversionError),
}

/// A process with the library loaded.
#[derive(Debug)]
struct Worker {
    replies: Lines<BufReader<ChildStdout>>,
    requests: ChildStdin,
    sandboxed: Sandboxed,
    directory: TempDir,
    documents: u32,
}

impl Default for Warm {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { idle: Mutex::default(), template: Mutex::default(), places: Semaphore::new(cores) }
    }
}

impl Warm {
    /// Converts a document. Dropping the future ends the process that works on it.
    pub(super) async fn convert(
        self: &Arc<Self>,
        isolation: &Isolation,
        program: &Path,
        order: Order<'_>,
    ) -> Result<(), Failure> {
        let _place = self.places.acquire().await.map_err(io::Error::other)?;
        let mut worker = match self.take().await {
            Some(worker) => worker,
            None => self.start(isolation, program).await?,
        };
        let (group, directory) = (worker.sandboxed.group(), worker.directory.path().to_owned());
        tokio::select! {
            converted = worker.convert(order) => converted?,
            over = isolation.watch(group, &directory) => return Err(Failure::Error(over.into())),
        }
        self.give_back(worker);
        Ok(())
    }

    /// Takes a process that still answers: Lambda freezes them all between its invocations.
    async fn take(&self) -> Option<Worker> {
        loop {
            let (mut worker, _) = self.idle().pop()?;
            if worker.is_well() && worker.answers().await {
                return Some(worker);
            }
        }
    }

    fn give_back(self: &Arc<Self>, mut worker: Worker) {
        if !worker.is_well() {
            return;
        }
        let since = Instant::now();
        self.idle().push((worker, since));
        let warm = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            if let Some(warm) = warm.upgrade() {
                warm.idle().retain(|(_, idle)| *idle != since);
            }
        });
    }

    /// Begins a process, with the profile of one that has begun before if there was one.
    async fn start(&self, isolation: &Isolation, program: &Path) -> io::Result<Worker> {
        let directory = tempfile::Builder::new().prefix("office-").tempdir()?;
        let template = self.template.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (profile, _) = profile::within(directory.path())?;
        match &template {
            Some(template) => profile::copy(template.path(), &profile).await?,
            None => profile::create(&profile).await?,
        }
        let worker = Worker::start(isolation, program, directory).await?;
        if template.is_none() {
            let template = tempfile::tempdir()?;
            profile::copy(&profile, template.path()).await?;
            let mut kept = self.template.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get_or_insert(Arc::new(template));
        }
        Ok(worker)
    }

    /// Returns how many documents the processes that wait have converted.
    #[cfg(test)]
    pub(super) fn converted(&self) -> u32 {
        self.idle().iter().map(|(worker, _)| worker.documents).sum()
    }

    /// Returns the groups of the processes that wait.
    #[cfg(test)]
    pub(super) fn groups(&self) -> Vec<rustix::process::Pid> {
        self.idle().iter().map(|(worker, _)| worker.sandboxed.group()).collect()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Worker, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    async fn start(isolation: &Isolation, program: &Path, directory: TempDir) -> io::Result<Self> {
        let bounds = Bounds {
            directory: directory.path(),
            policy: Policy::default(),
            deadline: crate::process::LONGEST,
        };
        let mut environment = complete(program, directory.path()).await?;
        environment
            .push((profile::PROFILE.to_owned(), profile::within(directory.path())?.1.into()));
        let work = Work::Office { program: program.to_owned() };
        let mut sandboxed = isolation.outliving(environment).start(work, bounds).await?;
        let ended = || io::Error::other("LibreOffice has no streams");
        let replies = sandboxed.child.stdout.take().ok_or_else(ended)?;
        let requests = sandboxed.child.stdin.take().ok_or_else(ended)?;
        // What it complains of on the way is of no use to anybody, and must not fill a pipe.
        let complaints = sandboxed.child.stderr.take();
        tokio::spawn(async move {
            if let Some(mut complaints) = complaints {
                let _ = tokio::io::copy(&mut complaints, &mut tokio::io::sink()).await;
            }
        });
        let replies = BufReader::new(replies).lines();
        let mut worker = Self { replies, requests, sandboxed, directory, documents: 0 };
        match tokio::time::timeout(PATIENCE, worker.reply()).await.map_err(io::Error::from)?? {
            Reply::Ready => Ok(worker),
            other => Err(io::Error::other(format!("LibreOffice begins with {other:?}"))),
        }
    }

    /// Returns whether it lives and may have another document.
    fn is_well(&mut self) -> bool {
        let lives = matches!(self.sandboxed.child.try_wait(), Ok(None));
        lives && self.documents < MOST_DOCUMENTS && self.sandboxed.memory() < LARGEST
    }

    /// Converts a document that comes to the process's own directory, of which nothing stays there.
    async fn convert(&mut self, order: Order<'_>) -> Result<(), Failure> {
        let folder = self.directory.path().join("document");
        tokio::fs::create_dir(&folder).await?;
        let request = Request {
            input: folder.join(format!("input.{}", order.source.format)),
            output: folder.join(format!("output.{}", order.output_format)),
            format: order.output_format.to_string(),
            options: order.options,
            password: order.password,
        };
        super::place(&order.source.path, &request.input).await?;
        self.documents += 1;
        self.ask(&request).await?;
        fetch(&request.output, order.output).await?;
        Ok(tokio::fs::remove_dir_all(&folder).await?)
    }

    /// Returns whether it answers.
    async fn answers(&mut self) -> bool {
        let answer = async {
            self.requests.write_all(b"\n").await.ok()?;
            self.reply().await.ok()
        };
        matches!(tokio::time::timeout(ATTENTION, answer).await, Ok(Some(Reply::Ready)))
    }

    async fn ask(&mut self, request: &Request) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(request).map_err(io::Error::from)?;
        line.push(b'\n');
        self.requests.write_all(&line).await?;
        match self.reply().await? {
            Reply::Done => Ok(()),
            Reply::Locked => Err(Failure::Locked),
            Reply::Refused(reason) => Err(Failure::Refused(reason)),
            Reply::Ready => Err(Failure::Refused("LibreOffice is confused".to_owned())),
        }
    }

    async fn reply(&mut self) -> io::Result<Reply> {
        let ended = || io::Error::new(io::ErrorKind::UnexpectedEof, "LibreOffice has ended");
        let line = self.replies.next_line().await?.ok_or_else(ended)?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// Makes up for what the installation misses, in a folder of the process's directory.
async fn complete(program: &Path, directory: &Path) -> io::Result<Vec<(String, OsString)>> {
    let (program, folder) = (program.to_owned(), directory.join("installation"));
    tokio::task::spawn_blocking(move || interface::complete(&program, &folder)).await?
}

/// Moves a result to where it shall be; a link or a pipe in its place is none.
async fn fetch(from: &Path, to: &Path) -> Result<(), Failure> {
    let none = || Failure::Refused("there is no result".to_owned());
    let made = tokio::fs::symlink_metadata(from).await.map_err(|_| none())?;
    if !made.is_file() {
        return Err(none());
    }
    if tokio::fs::rename(from, to).await.is_err() {
        tokio::fs::copy(from, to).await?;
        tokio::fs::remove_file(from).await?;
    }
    Ok(())
}

impl From<io::Error> for Failure {
    /// A process that has ended, or was never there, is no reason to give up.
    fn from(error: io::Error) -> Self {
        Self::Refused(error.to_string())
    }
}
