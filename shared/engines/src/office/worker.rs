//! A process with LibreOfficeKit loaded, and how documents come to it.
//!
//! It has a directory of its own: a confined process cannot be given another one, so that documents come to it and results
//! are taken from it.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};

use super::kit::{Reply, Request};
use super::{interface, profile};
use crate::process::{Bounds, Isolation, Sandboxed, Work};
use crate::sandbox::Policy;
use crate::{ConversionError, Format, Source};

/// How many documents a process converts: LibreOffice grows with each.
const MOST_DOCUMENTS: u32 = 50;

/// How large a process may have grown when the next document comes, in bytes.
const LARGEST: u64 = 700 << 20;

/// How long a process may take to say that it is there.
const ATTENTION: Duration = Duration::from_secs(5);

/// How long a process may take to begin: a cold disk can hold it up for seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process with the library loaded.
#[derive(Debug)]
pub(super) struct Worker {
    replies: Lines<BufReader<ChildStdout>>,
    requests: ChildStdin,
    pub(super) sandboxed: Sandboxed,
    pub(super) directory: TempDir,
    pub(super) documents: u32,
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

impl Worker {
    /// Begins a process. `program` is the folder of LibreOffice's libraries.
    pub(super) async fn start(isolation: &Isolation, program: &Path) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("office-").tempdir()?;
        let bounds = Bounds {
            directory: directory.path(),
            policy: Policy::default(),
            deadline: crate::process::LONGEST,
        };
        let environment = prepare(program, directory.path()).await?;
        let work = Work::Office { program: program.to_owned() };
        let mut sandboxed = isolation.outliving(environment).start(work, bounds).await?;
        let (requests, replies) = sandboxed.streams()?;
        let replies = BufReader::new(replies).lines();
        let mut worker = Self { replies, requests, sandboxed, directory, documents: 0 };
        match tokio::time::timeout(PATIENCE, worker.reply()).await.map_err(io::Error::from)?? {
            Reply::Ready => Ok(worker),
            other => Err(io::Error::other(format!("LibreOffice begins with {other:?}"))),
        }
    }

    /// Returns whether it lives and may have another document.
    pub(super) fn is_well(&mut self) -> bool {
        let lives = matches!(self.sandboxed.child.try_wait(), Ok(None));
        lives && self.documents < MOST_DOCUMENTS && self.sandboxed.memory() < LARGEST
    }

    /// Converts a document that comes to the process's own directory, of which nothing stays there.
    pub(super) async fn convert(&mut self, order: Order<'_>) -> Result<(), Failure> {
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
    pub(super) async fn answers(&mut self) -> bool {
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

/// Makes what the process finds in its directory: a profile, and what the installation misses. Returns what it needs in
/// its environment to find that.
async fn prepare(program: &Path, directory: &Path) -> io::Result<Vec<(String, OsString)>> {
    let (profile, address) = profile::within(directory)?;
    profile::create(&profile).await?;
    let (program, folder) = (program.to_owned(), directory.join("installation"));
    let completed = tokio::task::spawn_blocking(move || interface::complete(&program, &folder));
    let mut environment = completed.await??;
    environment.push((profile::PROFILE.to_owned(), address.into()));
    Ok(environment)
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
