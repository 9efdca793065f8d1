use rustix::system::sysinfo;

/// How much the processes of one conversion may use together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory, in bytes.
    pub memory: u64,
    /// Processes at once.
    pub processes: usize,
    /// What they leave on the disk, in bytes.
    pub disk: u64,
}

impl Default for Limits {
    /// Returns three quarters of this machine's memory, at most 4 GiB; 64 processes; 8 GiB of the disk.
    fn default() -> Self {
        Self { memory: (memory() / 4 * 3).min(4 << 30), processes: 64, disk: 8 << 30 }
    }
}

fn memory() -> u64 {
    let info = sysinfo();
    info.totalram.saturating_mul(info.mem_unit.into())
}
