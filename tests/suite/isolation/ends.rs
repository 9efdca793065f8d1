//! How a program ends that does not end by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Taken, perl};
use crate::harness::{World, missing, task, text};
use crate::tasks::{end, path};

/// Waits until a process that wrote down its number is gone.
async fn until_dead(world: &World, pid: &str) {
    let stat = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    world
        .until(async || {
            let stat = fs::read_to_string(&stat).unwrap_or_default();
            (stat.is_empty() || stat.contains(") Z")).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_beyond_a_limit_ends_with_a_clear_error() {
    if missing("perl") {
        return;
    }
    let check = async |script: &str, expected: [&str; 3]| {
        let taken = Taken::over(script).await;
        let begun = Instant::now();
        let task = taken.end(60).await;
        assert_eq!(end(&task), expected, "{script}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{script}: {:?}", begun.elapsed());
    };
    let forks = perl("for (1..300) { fork or sleep 1000 } sleep 1000");
    let message = "The conversion started too many processes";
    check(&forks, ["error", "CONVERSION_FAILED", message]).await;
    let message = "The conversion needed more memory than one may have";
    let eats = perl("$x = \"x\" x 500_000_000; sleep 1000");
    check(&eats, ["error", "FILE_TOO_LARGE", message]).await;
    let message = "The conversion wrote more than the disk has room for";
    let fills = "head -c 50000000 /dev/zero > big; sleep 1000";
    check(fills, ["error", "FILE_TOO_LARGE", message]).await;
    let fills_and_ends = "head -c 50000000 /dev/zero > big";
    check(fills_and_ends, ["error", "FILE_TOO_LARGE", message]).await;
    let many = "i=0; while :; do i=$((i+1)); : > file-$i; done";
    check(many, ["error", "FILE_TOO_LARGE", message]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_is_killed_at_its_deadline_and_the_next_goes_on() {
    let taken = Taken::over("trap '' TERM INT HUP; sleep 1000 & sleep 1000").await;
    let mut late = Vec::new();
    for _ in 0..2 {
        let task = taken.end(2).await;
        assert_eq!(end(&task), ["error", "TIMEOUT", "The task took longer than it may."]);
        let time = |name: &str| text(&task[name]).parse::<jiff::Timestamp>().unwrap();
        let took = time("ended_at").duration_since(time("started_at")).as_secs_f64();
        late.push(took - 2.0);
    }
    // Within a second, and once within two where the machine has other things to do.
    late.sort_by(f64::total_cmp);
    assert!(late[0] >= 0.0 && late[0] < 1.0 && late[1] < 2.0, "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn children_that_a_program_leaves_die_with_it() {
    let taken = Taken::over(
        "mkdir out; (sleep 1000 & echo %PDF-1.7; echo $!) > out/input.pdf; sh -c 'sleep 999' >/dev/null 2>&1 & exit 0",
    )
    .await;
    for _ in 0..2 {
        let lines = taken.lines().await;
        until_dead(&taken.world, &lines[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_conversion_is_killed() {
    let taken = Taken::over("sleep 1000 & echo $! > pid.new; mv pid.new pid; sleep 1000").await;
    let job = taken.start(60).await;
    let scratch = text_setting(&taken.world, "RECAST_SCRATCH");
    let pid = taken.world.until(async || found(Path::new(&scratch), "pid")).await;
    let cancel = format!("{}/cancel", path(task(&job, "convert")));
    assert_eq!(taken.world.post(&cancel, &Value::Null).await.status, 200);
    until_dead(&taken.world, &pid).await;
    let job = taken.world.ended(&job).await;
    assert_eq!(end(task(&job, "convert"))[1], "CANCELLED");
}

fn text_setting(world: &World, name: &'static str) -> String {
    world.stack.environment.settings.required(name).unwrap().to_owned()
}

/// Returns what a file of this name anywhere in the directory says.
fn found(directory: &Path, name: &str) -> Option<String> {
    for entry in fs::read_dir(directory).ok()?.flatten() {
        let text = match entry.file_type().ok()? {
            kind if kind.is_dir() => found(&entry.path(), name),
            _ => (entry.file_name() == name).then(|| fs::read_to_string(entry.path()).ok())?,
        };
        if text.is_some() {
            return text;
        }
    }
    None
}
