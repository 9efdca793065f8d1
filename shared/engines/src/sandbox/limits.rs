use std::io;

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, setrlimit, umask};

use super::Confinement;

/// The largest file that may be written.
const LARGEST_FILE: u64 = 2 << 30;

/// The most files that may be open at once.
const MOST_OPEN: u64 = 1024;

pub(super) fn set(confinement: &Confinement) -> io::Result<()> {
    umask(Mode::RWXG | Mode::RWXO);
    let limits = [
        (Resource::Core, Some(0)),
        (Resource::Cpu, Some(confinement.cpu)),
        (Resource::Fsize, Some(LARGEST_FILE)),
        (Resource::Nofile, Some(MOST_OPEN)),
        (Resource::As, confinement.policy.address_space),
    ];
    for (resource, most) in limits {
        if most.is_some() {
            setrlimit(resource, Rlimit { current: most, maximum: most })?;
        }
    }
    Ok(())
}
