//! Running an installed program on hostile files: in its own process group and directory, with an empty environment,
//! bounded output and limits, killed with all its children at the deadline or when nobody waits for it any more.
//!
//! Not covered yet: the network and the rest of the file system are open to it (seccomp and landlock must be entered
//! by a thread before it spawns), its memory is not limited, and it runs some microseconds before its limits hold,
//! because setting them between fork and exec would be `unsafe`.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;

/// How much of each output stream is kept; the rest is read and dropped, so that the program never blocks on it.
const KEPT_OUTPUT: u64 = 64 << 10;

/// How much of a line is heard.
const LONGEST_LINE: usize = 4 << 10;

/// How long a program runs if its caller names no deadline: CloudConvert's default for a task. Callers have their own
/// timeout and drop the future; this ends what they forget.
const LONGEST: Duration = Duration::from_hours(5);

/// The largest file that a program may write.
#[cfg(target_os = "linux")]
const LARGEST_FILE: u64 = 2 << 30;

/// A program about to run.
pub(crate) struct Command {
    command: tokio::process::Command,
    deadline: Duration,
    listener: Option<Arc<dyn Listener>>,
}

/// Who hears what a program says while it runs, line by line, on both streams.
pub(crate) trait Listener: Send + Sync {
    fn hear(&self, line: &str);
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
    #[error("the program was stopped after {0:?}")]
    Deadline(Duration),
}

/// Kills a process group when dropped.
struct Group(Pid);

impl Command {
    /// Returns a command that runs `program` in `directory`, which is also its home and where its temporary files go.
    pub(crate) fn new(program: &Path, directory: &Path) -> Self {
        let mut command = tokio::process::Command::new(program);
        command
            .current_dir(directory)
            .env_clear()
            .env("HOME", directory)
            .env("TMPDIR", directory)
            .env("LANG", "C.UTF-8")
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        Self { command, deadline: LONGEST, listener: None }
    }

    pub(crate) fn args(
        mut self,
        args: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>,
    ) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn home(mut self, home: &Path) -> Self {
        self.command.env("HOME", home);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Has the standard output written to a file.
    pub(crate) fn writing(mut self, file: std::fs::File) -> Self {
        self.command.stdout(file);
        self
    }

    pub(crate) fn telling(mut self, listener: Arc<dyn Listener>) -> Self {
        self.listener = Some(listener);
        self
    }

    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Runs the program to its end. Dropping the future kills its whole group.
    pub(crate) async fn run(mut self) -> Result<Ended, ProcessError> {
        let mut child = self.command.spawn()?;
        let group = Group::of(&child)?;
        limit(group.0, self.deadline)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let ended = async {
            let status = child.wait().await;
            // Children that outlive their parent would hold the streams open, and this machine's memory.
            drop(group);
            status
        };
        let listener = self.listener.as_deref();
        let all = async { tokio::join!(ended, kept(stdout, listener), kept(stderr, listener)) };
        let (status, stdout, stderr) = tokio::time::timeout(self.deadline, all)
            .await
            .map_err(|_| ProcessError::Deadline(self.deadline))?;
        Ok(Ended { status: status?, stdout, stderr })
    }
}

impl Ended {
    /// Returns the last line that the program wrote on its error stream, without any path.
    pub(crate) fn complaint(&self) -> Option<String> {
        let line = self.stderr.lines().rev().find(|line| !line.trim().is_empty())?;
        let words = line.split_whitespace().filter(|word| !word.contains('/'));
        Some(words.collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty())
    }
}

impl Group {
    /// A child that leads its own group has the group's id; one that was not waited for always has an id.
    fn of(child: &Child) -> io::Result<Self> {
        let id = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        id.map(Self).ok_or_else(|| io::Error::other("a process without an id"))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The only error is that nobody of the group is left.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}

#[cfg(target_os = "linux")]
fn limit(process: Pid, deadline: Duration) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, prlimit};

    let limits = [
        (Resource::Core, 0),
        (Resource::Cpu, deadline.as_secs().max(1)),
        (Resource::Fsize, LARGEST_FILE),
        (Resource::Nofile, 1024),
    ];
    for (resource, most) in limits {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        match prlimit(Some(process), resource, limit) {
            // It has ended already.
            Ok(_) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Elsewhere only the deadline bounds a program: limits of another process are Linux's own.
#[cfg(not(target_os = "linux"))]
fn limit(_process: Pid, _deadline: Duration) -> io::Result<()> {
    Ok(())
}

async fn kept(
    stream: Option<impl AsyncRead + Unpin>,
    listener: Option<&dyn Listener>,
) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let (mut kept, mut line, mut chunk) = (Vec::new(), Vec::new(), [0; 8 << 10]);
    // A stream that breaks ends; the exit status tells what happened.
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        let left = (KEPT_OUTPUT as usize).saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..read.min(left)]);
        if let Some(listener) = listener {
            listen(listener, &mut line, &chunk[..read]);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Tells each line that ends, also those that a program means to overwrite.
fn listen(listener: &dyn Listener, line: &mut Vec<u8>, chunk: &[u8]) {
    for &byte in chunk {
        match byte {
            b'\n' | b'\r' => {
                listener.hear(&String::from_utf8_lossy(line));
                line.clear();
            }
            _ if line.len() < LONGEST_LINE => line.push(byte),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn shell(script: &str, directory: &Path) -> Command {
        Command::new(Path::new("/bin/sh"), directory)
            .args(["-c", script])
            .deadline(Duration::from_secs(20))
    }

    fn is_alive(pid: &str) -> bool {
        // A killed orphan may stay a zombie for as long as its new parent does not look.
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    }

    async fn until_dead(pid: &str) {
        while is_alive(pid) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn until_written(path: &Path) -> String {
        loop {
            match fs::read_to_string(path) {
                Ok(text) if text.ends_with('\n') => return text,
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Starts a child in the background, and waits with it.
    const FAMILY: &str = "sleep 1000 & echo $! > new; mv new child; wait";

    #[tokio::test]
    async fn dropping_the_future_kills_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let child = folder.path().join("child");
        let pid = tokio::select! {
            ended = shell(FAMILY, folder.path()).run() => panic!("{ended:?}"),
            pid = until_written(&child) => pid,
        };
        tokio::time::timeout(Duration::from_secs(10), until_dead(&pid))
            .await
            .expect("the child dies");
    }

    #[tokio::test]
    async fn the_deadline_kills_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let result = shell(FAMILY, folder.path()).deadline(Duration::from_millis(500)).run().await;
        assert!(matches!(result, Err(ProcessError::Deadline(_))), "{result:?}");
        let pid = until_written(&folder.path().join("child")).await;
        tokio::time::timeout(Duration::from_secs(10), until_dead(&pid))
            .await
            .expect("the child dies");
    }

    #[tokio::test]
    async fn what_a_program_leaves_in_the_background_dies_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let ended = shell("sleep 1000 & echo $!", folder.path()).run().await.unwrap();
        assert!(ended.status.success());
        tokio::time::timeout(Duration::from_secs(10), until_dead(&ended.stdout))
            .await
            .expect("the child dies");
    }

    #[tokio::test]
    async fn nothing_of_our_environment_is_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        let ended = Command::new(Path::new("/usr/bin/env"), folder.path()).run().await.unwrap();
        let mut names: Vec<_> =
            ended.stdout.lines().filter_map(|line| line.split('=').next()).collect();
        names.sort_unstable();
        assert_eq!(names, ["HOME", "LANG", "PATH", "TMPDIR"]);
    }

    #[tokio::test]
    async fn output_is_capped_without_blocking_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let ended =
            shell("head -c 1000000 /dev/zero; echo end >&2", folder.path()).run().await.unwrap();
        assert!(ended.status.success());
        assert_eq!(ended.stdout.len() as u64, KEPT_OUTPUT);
        assert_eq!(ended.stderr, "end\n");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn limits_hold_soon_after_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let script =
            r#"until [ "$(ulimit -n)" = 1024 ]; do :; done; ulimit -c; ulimit -f; ulimit -t"#;
        let ended = shell(script, folder.path()).run().await.unwrap();
        // `ulimit -f` counts blocks of 512 bytes.
        assert_eq!(ended.stdout, format!("0\n{}\n20\n", LARGEST_FILE / 512));
    }

    #[tokio::test]
    async fn a_missing_program_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let result = Command::new(Path::new("/no/such/program"), folder.path()).run().await;
        assert!(matches!(result, Err(ProcessError::Run(_))));
    }

    #[test]
    fn a_complaint_holds_no_paths() {
        let check = |stderr: &str, expected: Option<&str>| {
            let ended = Ended {
                status: ExitStatus::default(),
                stdout: String::new(),
                stderr: stderr.into(),
            };
            assert_eq!(ended.complaint().as_deref(), expected);
        };
        check(
            "warn\nError: source file:///tmp/x/in.docx could not be loaded\n\n",
            Some("Error: source could not be loaded"),
        );
        check("/tmp/only\n", None);
        check("", None);
    }
}
