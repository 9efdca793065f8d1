use std::io;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// Kills a process group when dropped.
#[derive(Debug)]
pub(super) struct Group(pub(super) Pid);

impl Group {
    /// A child that leads its own group has the group's id; one that was not waited for always has an id.
    pub(super) fn of(child: &Child) -> io::Result<Self> {
        let id = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        id.map(Self).ok_or_else(|| io::Error::other("a process without an id"))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The only error is that nobody of the group is left, or that its leader is not yet one: then it is alone, and
        // killed as a child.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}
