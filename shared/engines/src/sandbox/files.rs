//! What of the file system, of ports and of other processes there is to see, where the kernel has landlock.

use std::io;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};

use super::{Confinement, Gap};

/// The newest rights known; the library leaves out those that the kernel does not know.
const NEWEST: ABI = ABI::V10;

/// What programs are made of, and what of this machine's settings and data they read. Of `/etc` only this: the rest
/// says who uses the machine and for what.
const SYSTEM: &[&str] = &[
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/sbin",
    "/usr",
    "/etc/GraphicsMagick-1.4",
    "/etc/ImageMagick-6",
    "/etc/ImageMagick-7",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ghostscript",
    "/etc/gtk-3.0",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/magic",
    "/etc/mime.types",
    "/etc/papersize",
    "/etc/paperspecs",
    "/etc/perl",
    "/etc/python3",
    "/etc/python3.11",
    "/etc/python3.13",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
    "/etc/xdg",
    "/sys/devices/system/cpu",
    "/var/cache/fontconfig",
    "/var/lib/ghostscript",
    "/var/spool/libreoffice",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/meminfo",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/vm/overcommit_memory",
    // Its own, whose number stays when it becomes the program; those of its children are not.
    "/proc/self",
];

/// Devices that hold nothing.
const DEVICES: &[&str] = &["/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"];

pub(super) fn restrict(confinement: &Confinement) -> io::Result<()> {
    try_restrict(confinement).map_err(io::Error::other)
}

fn try_restrict(confinement: &Confinement) -> Result<(), RulesetError> {
    let Confinement { directory, readable, policy, .. } = confinement;
    let read = AccessFs::from_read(NEWEST);
    let device: BitFlags<AccessFs> =
        AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev;
    let changed: Vec<&PathBuf> = policy.writable.iter().chain([directory]).collect();
    let ports = policy.port.map(|port| Ok(NetPort::new(port, AccessNet::ConnectTcp)));
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(readable.iter().chain(&policy.readable), read))?
        .add_rules(path_beneath_rules(DEVICES, device))?
        .add_rules(path_beneath_rules(changed, AccessFs::from_all(NEWEST)))?
        .add_rules(path_beneath_rules(&policy.listens_in, AccessFs::MakeSock))?
        .add_rules(ports.into_iter().map(|port: Result<_, RulesetError>| port))?
        .restrict_self()?;
    Ok(())
}

/// Returns what the kernel cannot keep programs from.
pub(super) fn gaps() -> Vec<Gap> {
    let required = || Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    let files = required().handle_access(AccessFs::from_all(ABI::V1));
    let ports = required().handle_access(AccessNet::from_all(ABI::V4));
    let signals = required().scope(Scope::from_all(ABI::V6));
    let known = [(files, Gap::Files), (ports, Gap::Ports), (signals, Gap::Signals)];
    let missing = known.into_iter().filter(|(rules, _)| rules.is_err());
    missing.map(|(_, gap)| gap).collect()
}
