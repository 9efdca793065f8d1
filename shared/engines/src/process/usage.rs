//! What a process group uses.

use std::fs;
use std::path::Path;

use rustix::param::page_size;
use rustix::process::Pid;

/// What a file takes at least, with its entry: many small ones fill a disk, too.
const LEAST: u64 = 4 << 10;

/// What the living processes of a group use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) processes: usize,
    /// In bytes, what they share counted once for each.
    pub(super) resident: u64,
}

/// What one process says of itself.
struct Process {
    id: u32,
    resident: u64,
}

/// Returns what a group uses; nothing where there is no `/proc`.
pub(super) fn of_group(group: Pid) -> Usage {
    let mut usage = Usage::default();
    for process in members(group) {
        usage.processes += 1;
        usage.resident += process.resident;
    }
    usage
}

/// Returns how much memory a group uses, in bytes, what is shared divided among those who share it.
///
/// The kernel walks through all of their memory for this: for when it matters.
pub(super) fn shared_memory(group: Pid) -> u64 {
    members(group).map(|process| proportional(process.id).unwrap_or(process.resident)).sum()
}

fn members(group: Pid) -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(move |entry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let resident = resident(&stat, group)?;
        Some(Process { id, resident })
    })
}

/// Returns the resident memory of a living process of the group, in bytes, from its line in `/proc`, where the name in
/// parentheses may hold anything: see proc_pid_stat(5).
fn resident(stat: &str, group: Pid) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let of_group = fields.nth(1)?.parse() == Ok(group.as_raw_nonzero().get());
    let pages: u64 = fields.nth(18)?.parse().ok()?;
    (of_group && state != "Z").then(|| pages * page_size() as u64)
}

fn proportional(process: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}

/// Returns how much of the disk a directory takes, in bytes; it stops counting beyond `enough`.
pub(super) fn of_directory(directory: &Path, enough: u64) -> u64 {
    let mut directories = vec![directory.to_owned()];
    let mut taken = 0;
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            if taken > enough {
                return taken;
            }
            // What vanishes meanwhile takes nothing.
            let Ok(metadata) = entry.metadata() else { continue };
            taken += allocated(&metadata).max(LEAST);
            if metadata.is_dir() {
                directories.push(entry.path());
            }
        }
    }
    taken
}

fn allocated(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;

    // In units of 512 bytes, whatever the disk's are: see stat(3type).
    metadata.blocks() * 512
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_living_members_of_the_group_count() {
        let line = |name: &str, state: &str, group: &str| {
            format!("7 ({name}) {state} 1 {group} 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 4096 3 18446")
        };
        let group = Pid::from_raw(42).unwrap();
        let check = |stat: &str, pages: Option<u64>| {
            assert_eq!(resident(stat, group), pages.map(|it| it * page_size() as u64), "{stat}");
        };
        check(&line("sh", "S", "42"), Some(3));
        check(&line("a) Z (b", "R", "42"), Some(3));
        check(&line("sh", "Z", "42"), None);
        check(&line("sh", "S", "43"), None);
        check("", None);
    }

    #[test]
    fn a_directory_takes_what_its_files_do_and_no_link() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/large"), vec![1; 100_000]).unwrap();
        fs::write(folder.path().join("empty"), "").unwrap();
        std::os::unix::fs::symlink("/", folder.path().join("link")).unwrap();
        let taken = of_directory(folder.path(), u64::MAX);
        assert!((100_000..200_000).contains(&taken), "{taken}");
        assert!(of_directory(folder.path(), 1) > 1);
    }
}
