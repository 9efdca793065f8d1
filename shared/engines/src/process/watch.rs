//! Keeping a process group within its limits: those that the kernel has for one process alone are multiplied by
//! forking.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::{ProcessError, usage};
use crate::Limits;

/// How often a group is looked at.
const EVERY: Duration = Duration::from_millis(250);

/// How many times as long as a look took is waited for the next.
const PATIENCE: u32 = 20;

/// With less of the disk left than this, in bytes, nothing that runs can end well.
const RESERVE: u64 = 16 << 20;

/// Returns when a group has gone beyond a limit.
pub(super) async fn watch(group: Pid, directory: &Path, limits: Limits) -> ProcessError {
    let mut pause = EVERY;
    loop {
        tokio::time::sleep(pause).await;
        let (begun, directory) = (Instant::now(), directory.to_owned());
        match tokio::task::spawn_blocking(move || look(group, directory, limits)).await {
            Ok(Ok(())) => pause = EVERY.max(begun.elapsed() * PATIENCE),
            Ok(Err(over)) => return over,
            Err(error) => return ProcessError::Run(error.into()),
        }
    }
}

fn look(group: Pid, directory: PathBuf, limits: Limits) -> Result<(), ProcessError> {
    let usage = usage::of_group(group);
    if usage.processes > limits.processes {
        return Err(ProcessError::Processes);
    }
    if usage.resident > limits.memory && usage::shared_memory(group) > limits.memory {
        return Err(ProcessError::Memory);
    }
    check_disk(&directory, limits)
}

/// Checks what a directory takes of the disk, and that there is some left.
pub(super) fn check_disk(directory: &Path, limits: Limits) -> Result<(), ProcessError> {
    let full = rustix::fs::statvfs(directory)
        .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < RESERVE);
    if full || usage::of_directory(directory, limits.disk) > limits.disk {
        return Err(ProcessError::Disk);
    }
    Ok(())
}
