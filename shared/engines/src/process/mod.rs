//! Running programs and embedded engines on hostile files: confined ([`crate::sandbox`]), in a process group and a
//! directory of their own, with an empty environment, bounded output and limits, killed with all their children when they
//! go beyond one or when nobody waits for them any more.
//!
//! A process that is to be confined is this very program once more ([`child()`]): it reads what to do, gives up what it
//! does not need, and becomes the program or does the engine's work.

mod child;
mod embedded;
mod group;
mod isolation;
mod limits;
mod streams;
mod usage;
mod watch;
mod wire;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::ConversionError;
use crate::sandbox::Policy;
use child::{CANNOT, UNABLE};
use group::Group;
use streams::{heard, written};

pub use child::child;
pub use limits::Limits;

pub(crate) use child::Work;
pub(crate) use embedded::convert_apart;
pub(crate) use isolation::{Bounds, Isolation, Launcher, Sandboxed};
pub(crate) use streams::Listener;

/// How long a program runs if its caller names no deadline: CloudConvert's default for a task. Callers have their own
/// timeout and drop the future; this ends what they forget.
pub(crate) const LONGEST: Duration = Duration::from_hours(5);

/// A program about to run.
#[derive(Clone)]
pub(crate) struct Command {
    program: PathBuf,
    directory: PathBuf,
    arguments: Vec<OsString>,
    /// Beside what all have.
    environment: Vec<(String, OsString)>,
    policy: Policy,
    limits: Option<Arc<dyn Fn(Limits) -> Limits + Send + Sync>>,
    deadline: Duration,
    listener: Option<Arc<dyn Listener>>,
    /// Where the standard output goes instead of being kept.
    output: Option<PathBuf>,
}

/// A program that has ended by itself.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// The first 64 KiB.
    pub(crate) stdout: String,
    /// The first 64 KiB.
    pub(crate) stderr: String,
}

/// Why a program did not end by itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    #[error("the program cannot be run")]
    Run(#[from] io::Error),
    #[error("the conversion did not come to an end within {} seconds", .0.as_secs())]
    Deadline(Duration),
    #[error("the conversion needed more memory than one may have")]
    Memory,
    #[error("the conversion wrote more than the disk has room for")]
    Disk,
    #[error("the conversion started too many processes")]
    Processes,
}

impl Command {
    /// Returns a command that runs `program` in `directory`, which is also its home and where its temporary files go:
    /// all that it can change.
    ///
    /// It reads that, the files of the conversion, and what of the system programs read.
    pub(crate) fn new(program: &Path, directory: &Path) -> Self {
        Self {
            program: program.to_owned(),
            directory: directory.to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            policy: Policy::default(),
            limits: None,
            deadline: LONGEST,
            listener: None,
            output: None,
        }
    }

    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(args.into_iter().map(Into::into));
        self
    }

    /// Grants the program more than what all may.
    pub(crate) fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Has other limits hold than those of this machine, which are given.
    pub(crate) fn limits(
        mut self,
        limits: impl Fn(Limits) -> Limits + Send + Sync + 'static,
    ) -> Self {
        self.limits = Some(Arc::new(limits));
        self
    }

    pub(crate) fn telling(mut self, listener: Arc<dyn Listener>) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Has the standard output written to a file.
    pub(crate) fn writing(mut self, output: &Path) -> Self {
        self.output = Some(output.to_owned());
        self
    }

    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Runs the program to its end. Dropping the future kills its whole group.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Run`] outside of a conversion of an isolated catalogue: no program runs on a file unconfined.
    pub(crate) async fn run(self) -> Result<Ended, ProcessError> {
        let none = || io::Error::other("programs run only in isolation");
        let isolation = Isolation::current().ok_or_else(none)?;
        let Self { program, directory, arguments, mut policy, deadline, .. } = self;
        let limits = self.limits.map_or(isolation.limits, |own| own(isolation.limits));
        // One that is elsewhere than programs usually are.
        policy.readable.push(program.clone());
        let environment = environment(&directory).into_iter().chain(self.environment).collect();
        let work = Work::Program { program, arguments, environment };
        let bounds = Bounds { directory: &directory, policy, deadline };
        let Sandboxed { child, group } = isolation.start(work, bounds).await?;
        let watched = watch::watch(group.0, &directory, limits);
        let ended = tokio::select! {
            ended = tokio::time::timeout(deadline, end((child, group), (self.listener, self.output))) => {
                ended.map_err(|_| ProcessError::Deadline(deadline))??
            }
            over = watched => return Err(over),
        };
        match unable(ended.status, &ended.stderr) {
            Some(error) => Err(error.into()),
            None => watch::check_disk(&directory, limits).map(|()| ended),
        }
    }

    /// Runs the program, which sees no hostile file, as it is: to ask for its version.
    pub(crate) async fn run_unconfined(self) -> Result<Ended, ProcessError> {
        let child = tokio::process::Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.directory)
            .env_clear()
            // Telling a version is no reason to leave caches anywhere: nobody makes a folder there.
            .envs(environment(Path::new("/proc/nowhere")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = Group::of(&child)?;
        let ended = tokio::time::timeout(self.deadline, end((child, group), (None, None)));
        Ok(ended.await.map_err(|_| ProcessError::Deadline(self.deadline))??)
    }
}

/// Returns all of the environment that a program gets.
fn environment(home: &Path) -> [(String, OsString); 4] {
    [
        ("HOME".to_owned(), home.into()),
        ("TMPDIR".to_owned(), home.into()),
        ("LANG".to_owned(), "C.UTF-8".into()),
        ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".into()),
    ]
}

/// Waits for a child and what it says.
async fn end(
    (mut child, group): (tokio::process::Child, Group),
    (listener, output): (Option<Arc<dyn Listener>>, Option<PathBuf>),
) -> io::Result<Ended> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ended = async {
        let status = child.wait().await;
        // Children that outlive their parent would hold the streams open, and this machine's memory.
        drop(group);
        status
    };
    let listener = listener.as_deref();
    let told = async {
        match output {
            Some(path) => written(stdout, &path).await.map(|()| String::new()),
            None => Ok(heard(stdout, listener).await),
        }
    };
    let (status, stdout, stderr) = tokio::join!(ended, told, heard(stderr, listener));
    Ok(Ended { status: status?, stdout: stdout?, stderr })
}

/// Returns why a child could not even begin, if that is so.
fn unable(status: ExitStatus, stderr: &str) -> Option<io::Error> {
    let why = stderr.lines().find_map(|line| line.strip_prefix(CANNOT))?;
    (status.code() == Some(UNABLE.into())).then(|| io::Error::other(why.to_owned()))
}

impl Ended {
    /// Returns whether its status is not that of success.
    pub(crate) fn failed(&self) -> bool {
        !self.status.success()
    }

    /// Returns the last line that the program wrote on its error stream, without any path.
    pub(crate) fn complaint(&self) -> Option<String> {
        let line = self.stderr.lines().rev().find(|line| !line.trim().is_empty())?;
        let words = line.split_whitespace().filter(|word| !word.contains('/'));
        Some(words.collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty())
    }
}

impl From<ProcessError> for ConversionError {
    fn from(error: ProcessError) -> Self {
        match error {
            ProcessError::Run(error) => Self::Internal(error),
            ProcessError::Memory | ProcessError::Disk => Self::TooLarge(error.to_string()),
            ProcessError::Deadline(_) | ProcessError::Processes => Self::Failed(error.to_string()),
        }
    }
}
