use std::fs;

use super::testing::launcher;
use super::*;

impl Command {
    async fn run_isolated(self) -> Result<Ended, ProcessError> {
        self.run_within(Limits::default()).await
    }

    async fn run_within(self, limits: Limits) -> Result<Ended, ProcessError> {
        Isolation::new(launcher(), limits).around(Vec::new(), self.run()).await
    }
}

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
        ended = shell(FAMILY, folder.path()).run_isolated() => panic!("{ended:?}"),
        pid = until_written(&child) => pid,
    };
    tokio::time::timeout(Duration::from_secs(10), until_dead(&pid)).await.expect("the child dies");
}

#[tokio::test]
async fn the_deadline_kills_the_whole_group() {
    let folder = tempfile::tempdir().unwrap();
    let result =
        shell(FAMILY, folder.path()).deadline(Duration::from_millis(500)).run_isolated().await;
    assert!(matches!(result, Err(ProcessError::Deadline(_))), "{result:?}");
    let pid = until_written(&folder.path().join("child")).await;
    tokio::time::timeout(Duration::from_secs(10), until_dead(&pid)).await.expect("the child dies");
}

#[tokio::test]
async fn what_a_program_leaves_in_the_background_dies_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let ended = shell("sleep 1000 & echo $!", folder.path()).run_isolated().await.unwrap();
    assert!(ended.status.success());
    tokio::time::timeout(Duration::from_secs(10), until_dead(&ended.stdout))
        .await
        .expect("the child dies");
}

#[tokio::test]
async fn nothing_of_our_environment_is_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let ended =
        Command::new(Path::new("/usr/bin/env"), folder.path()).run_isolated().await.unwrap();
    let mut names: Vec<_> =
        ended.stdout.lines().filter_map(|line| line.split('=').next()).collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "LANG", "PATH", "TMPDIR"]);
}

#[tokio::test]
async fn output_is_capped_without_blocking_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let ended = shell("head -c 1000000 /dev/zero; echo end >&2", folder.path())
        .run_isolated()
        .await
        .unwrap();
    assert!(ended.status.success());
    assert_eq!(ended.stdout.len(), streams::KEPT_OUTPUT);
    assert_eq!(ended.stderr, "end\n");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn limits_hold_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let script = "ulimit -n; ulimit -c; ulimit -f; ulimit -t";
    let ended = shell(script, folder.path()).run_isolated().await.unwrap();
    let seconds = 20 * std::thread::available_parallelism().unwrap().get();
    // `ulimit -f` counts blocks of 512 bytes: 2 GiB.
    assert_eq!(ended.stdout, format!("1024\n0\n4194304\n{seconds}\n"));
}

#[tokio::test]
async fn a_missing_program_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let result = Command::new(Path::new("/no/such/program"), folder.path()).run_isolated().await;
    assert!(matches!(result, Err(ProcessError::Run(_))));
}

#[test]
fn a_complaint_holds_no_paths() {
    let check = |stderr: &str, expected: Option<&str>| {
        let ended =
            Ended { status: ExitStatus::default(), stdout: String::new(), stderr: stderr.into() };
        assert_eq!(ended.complaint().as_deref(), expected);
    };
    check(
        "warn\nError: source file:///tmp/x/in.docx could not be loaded\n\n",
        Some("Error: source could not be loaded"),
    );
    check("/tmp/only\n", None);
    check("", None);
}
