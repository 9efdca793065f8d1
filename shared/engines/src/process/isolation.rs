use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, getpid};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::child::{Assignment, CHILD, Work};
use super::group::Group;
use super::{ProcessError, usage, watch};
use crate::Limits;
use crate::office::Warm;
use crate::sandbox::{Confinement, Policy};

tokio::task_local! {
    /// How the processes of the conversion that this task works on are isolated.
    ///
    /// Engines start programs from deep within; that none of them can forget to hand this on is worth the magic.
    static ISOLATION: Isolation;
}

/// How the processes of conversions are isolated.
#[derive(Clone, Debug)]
pub(crate) struct Isolation {
    launcher: Arc<Launcher>,
    pub(crate) limits: Limits,
    /// The files of the conversion.
    readable: Vec<PathBuf>,
    /// What its processes have in their environment beside what all have.
    environment: Vec<(String, OsString)>,
    /// LibreOffice, which is kept for the next conversion.
    pub(crate) office: Arc<Warm>,
}

/// The program that confines itself and becomes another, or does an engine's work: this one.
#[derive(Debug)]
pub(crate) struct Launcher {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
}

/// A process that confines itself, and all that it starts: killed together when this is dropped.
#[derive(Debug)]
pub(crate) struct Sandboxed {
    /// The process, with its three streams. Its standard input begins after the assignment.
    pub(crate) child: Child,
    pub(super) group: Group,
}

/// The bounds of a process that is to be started.
#[derive(Clone, Debug)]
pub(crate) struct Bounds<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) policy: Policy,
    pub(crate) deadline: Duration,
}

impl Sandboxed {
    /// Takes the streams by which the process is spoken to. What it complains of on the way is of no use to anybody, and
    /// must not fill a pipe.
    pub(crate) fn streams(&mut self) -> io::Result<(ChildStdin, ChildStdout)> {
        let child = &mut self.child;
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(requests), Some(replies), Some(mut complaints)) = streams else {
            return Err(io::Error::other("the process has no streams"));
        };
        tokio::spawn(async move { tokio::io::copy(&mut complaints, &mut tokio::io::sink()).await });
        Ok((requests, replies))
    }

    /// Returns the group of the process and all that it starts.
    pub(crate) fn group(&self) -> Pid {
        self.group.0
    }

    /// Returns how much memory the group has, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        usage::of_group(self.group.0).resident
    }
}

impl Launcher {
    /// Returns the launcher that is an executable whose `main` calls [`crate::child`].
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program, arguments: vec![CHILD.to_owned()] }
    }
}

impl Isolation {
    pub(crate) fn new(launcher: Launcher, limits: Limits) -> Self {
        Self {
            launcher: Arc::new(launcher),
            limits,
            readable: Vec::new(),
            environment: Vec::new(),
            office: Arc::default(),
        }
    }

    /// Returns the isolation of the conversion that this task works on.
    pub(crate) fn current() -> Option<Self> {
        ISOLATION.try_with(Clone::clone).ok()
    }

    /// Has processes that `work` starts be isolated, but for these files, which they may read.
    pub(crate) async fn around<F: Future>(&self, files: Vec<PathBuf>, work: F) -> F::Output {
        ISOLATION.scope(Self { readable: files, ..self.clone() }, work).await
    }

    /// Returns the isolation of a process that outlives the conversion, whose files are none of its business.
    pub(crate) fn outliving(&self, environment: Vec<(String, OsString)>) -> Self {
        Self { readable: Vec::new(), environment, ..self.clone() }
    }

    /// Returns when a group has gone beyond a limit.
    pub(crate) async fn watch(&self, group: Pid, directory: &Path) -> ProcessError {
        watch::watch(group, directory, self.limits).await
    }

    /// Starts a process that confines itself before it does its work.
    pub(crate) async fn start(&self, work: Work, bounds: Bounds<'_>) -> io::Result<Sandboxed> {
        let assignment = Assignment { confinement: self.confinement(&bounds)?, work };
        let mut line = serde_json::to_vec(&assignment)?;
        line.push(b'\n');
        let mut child = Command::new(&self.launcher.program)
            .args(&self.launcher.arguments)
            .current_dir(bounds.directory)
            .env_clear()
            .envs(super::environment(bounds.directory))
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let group = Group::of(&child)?;
        if let Some(stdin) = &mut child.stdin {
            // One that has ended early tells why by its status.
            let _ = stdin.write_all(&line).await;
        }
        Ok(Sandboxed { child, group })
    }

    fn confinement(&self, bounds: &Bounds<'_>) -> io::Result<Confinement> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        Ok(Confinement {
            directory: bounds.directory.canonicalize()?,
            readable: self.readable.clone(),
            policy: bounds.policy.clone(),
            cpu: bounds.deadline.as_secs().max(1).saturating_mul(cores),
            parent: getpid().as_raw_nonzero().get(),
        })
    }
}
