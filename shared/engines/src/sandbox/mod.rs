//! What a process gives up before it touches a hostile file: privileges, the file system but for its own directory and
//! the system's files, sockets, other processes, and all of the kernel that no converter needs.
//!
//! A process confines itself, single-threaded, just before it becomes the program or begins the engine's work: setting
//! this up between fork and exec of another process would be `unsafe`. Nothing of it needs privileges, and all of it
//! passes to whatever the program starts.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

#[cfg(target_os = "linux")]
mod denied;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod privileges;
#[cfg(target_os = "linux")]
mod syscalls;

/// The bounds of one process and of all that it starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Confinement {
    /// The one directory that it may change.
    pub(crate) directory: PathBuf,
    /// Files and directories of its job that it may read beside that and the system's.
    pub(crate) readable: Vec<PathBuf>,
    /// What its engine needs beyond what all may.
    pub(crate) policy: Policy,
    /// How much processor time a process of it may take, in seconds.
    pub(crate) cpu: u64,
    /// The process that started it, which it may not outlive nor touch.
    pub(crate) parent: i32,
}

/// What an engine needs beyond what all may: nothing, by default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// Files and directories that it reads beside the system's.
    pub(crate) readable: Vec<PathBuf>,
    /// Files and directories that it changes beside its own: `/dev/shm`.
    pub(crate) writable: Vec<PathBuf>,
    /// Where it makes a Unix socket to listen on. It gets none to connect by: others of this user listen, too.
    pub(crate) listens_in: Option<PathBuf>,
    /// The one TCP port that it may connect to: a proxy's. Without landlock no port can be told from another.
    pub(crate) port: Option<u16>,
    /// How large its address space may grow, in bytes.
    pub(crate) address_space: Option<u64>,
}

/// Something that this machine's kernel does not keep programs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// There is no landlock.
    Files,
    /// Landlock is older than Linux 6.7.
    Ports,
    /// Landlock is older than Linux 6.12.
    Signals,
    /// It is no Linux.
    Everything,
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Files => "no landlock here: programs can read and change what this user can",
            Self::Ports => "landlock here knows no ports: what may use a proxy can reach any port",
            Self::Signals => "landlock here knows no signals: programs can signal other processes",
            Self::Everything => "no isolation on this system: programs can do what this user can",
        })
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;

    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    use super::{Confinement, Gap, files, limits, privileges, syscalls};

    /// Returns what is missing of the isolation on this machine.
    #[must_use]
    pub fn gaps() -> Vec<Gap> {
        files::gaps()
    }

    /// Hides this process's environment and memory from other processes of its user, also from programs that it starts.
    ///
    /// # Errors
    ///
    /// When the kernel knows no `PR_SET_DUMPABLE`.
    pub fn hide() -> io::Result<()> {
        Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
    }

    /// Confines this process for good.
    pub(crate) fn confine(confinement: &Confinement) -> io::Result<()> {
        privileges::drop_all(confinement.parent)?;
        hide()?;
        limits::set(confinement)?;
        files::restrict(confinement)?;
        syscalls::forbid(confinement)
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::io;

    use super::{Confinement, Gap};

    /// Returns what is missing of the isolation on this machine.
    #[must_use]
    pub fn gaps() -> Vec<Gap> {
        vec![Gap::Everything]
    }

    /// Hides nothing: see [`Gap::Everything`].
    ///
    /// # Errors
    ///
    /// None.
    pub fn hide() -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn confine(_confinement: &Confinement) -> io::Result<()> {
        rustix::process::setsid()?;
        Ok(())
    }
}

#[cfg(target_os = "linux")]
pub use linux::{gaps, hide};
#[cfg(not(target_os = "linux"))]
pub use other::{gaps, hide};

#[cfg(target_os = "linux")]
pub(crate) use linux::confine;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::confine;
