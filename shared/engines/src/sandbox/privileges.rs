use std::io;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal, setsid};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};

/// Gives up what this process could do beyond other processes of its user, for good, and its terminal.
///
/// Not even root gets its capabilities back by starting a program: see `no_new_privs` in capabilities(7).
pub(super) fn drop_all(parent: i32) -> io::Result<()> {
    // A group of its own, too, which is killed as one.
    setsid()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if Pid::as_raw(getppid()) != parent {
        return Err(io::Error::other("the parent has ended"));
    }
    set_no_new_privs(true)?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(())
}
