//! Which calls of the kernel may be made: the floor that needs no privileges and holds on every Linux.

use std::collections::BTreeMap;
use std::io;

use libc::{
    AF_INET, AF_UNIX, ENOSYS, EPERM, IPPROTO_TCP, SOCK_DCCP, SOCK_DGRAM, SOCK_RAW, SOCK_RDM,
    SOCK_SEQPACKET, c_long,
};
use rustix::process::{getpgid, getppid};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter,
};

use super::denied::{ABSENT, NAMESPACES, REFUSED, REFUSED_HERE, TYPING, VARIANTS};
use super::{Confinement, Policy};

/// What of a call is refused: all if there are no rules, or what any of the rules matches.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The lower bits of a socket's type; above them are flags.
const SOCKET_TYPE: u64 = 0xf;

pub(super) fn forbid(confinement: &Confinement) -> io::Result<()> {
    let refused = refused(confinement).map_err(io::Error::other)?;
    for (rules, errno) in [(refused, EPERM), (whole(ABSENT), ENOSYS)] {
        let program = compile(rules, errno).map_err(io::Error::other)?;
        apply_filter(&program).map_err(io::Error::other)?;
    }
    Ok(())
}

fn compile(rules: Rules, errno: i32) -> Result<BpfProgram, BackendError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    let refuse = SeccompAction::Errno(errno.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)?.try_into()
}

fn refused(Confinement { policy, parent, .. }: &Confinement) -> Result<Rules, BackendError> {
    let mut rules = whole(REFUSED);
    rules.extend(whole(REFUSED_HERE));
    if policy.port.is_none() {
        rules.extend(whole(&[libc::SYS_connect]));
    }
    for (call, some) in [
        (libc::SYS_socket, sockets(policy)?),
        (libc::SYS_socketpair, vec![rule([is_not(0, AF_UNIX)?])?]),
        (libc::SYS_clone, namespaces()?),
        (libc::SYS_kill, signals(*parent)?),
        (libc::SYS_tgkill, vec![rule([is(0, *parent)?])?]),
        (libc::SYS_pidfd_open, vec![rule([is(0, *parent)?])?]),
        (libc::SYS_prlimit64, vec![rule([is(0, *parent)?])?]),
        (libc::SYS_ioctl, typing()?),
    ] {
        rules.extend(VARIANTS.iter().map(|variant| (call | variant, some.clone())));
    }
    Ok(rules)
}

/// Loopback is no exception: a Lambda has its own API there.
fn sockets(policy: &Policy) -> Result<Vec<SeccompRule>, BackendError> {
    let unix = policy.listens_in.as_ref().map(|_| AF_UNIX);
    let families = unix.into_iter().chain(policy.port.map(|_| AF_INET));
    let others = families.map(|family| is_not(0, family)).collect::<Result<Vec<_>, _>>()?;
    // No conditions at all refuse every socket.
    if others.is_empty() {
        return Ok(vec![]);
    }
    let mut refused = all_but_streams()?;
    refused.push(rule(others)?);
    Ok(refused)
}

/// Landlock tells ports of TCP alone, and what is no stream needs no connection to send.
fn all_but_streams() -> Result<Vec<SeccompRule>, BackendError> {
    let types = [SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP];
    let refuse = |kind: i32| {
        let (kind, masked) = (kind.unsigned_abs().into(), SeccompCmpOp::MaskedEq(SOCKET_TYPE));
        rule([SeccompCondition::new(1, SeccompCmpArgLen::Dword, masked, kind)?])
    };
    let protocol = rule([is_not(2, 0)?, is_not(2, IPPROTO_TCP)?]);
    types.into_iter().map(refuse).chain([protocol]).collect()
}

fn namespaces() -> Result<Vec<SeccompRule>, BackendError> {
    let refuse = |flag: &i32| {
        let flag = u64::from(flag.unsigned_abs());
        let set = SeccompCmpOp::MaskedEq(flag);
        rule([SeccompCondition::new(0, SeccompCmpArgLen::Qword, set, flag)?])
    };
    NAMESPACES.iter().map(refuse).collect()
}

/// Where landlock does not keep signals within, at least the parent, its group and "all there are" are out of reach.
fn signals(parent: i32) -> Result<Vec<SeccompRule>, BackendError> {
    let group = getppid().and_then(|parent| getpgid(Some(parent)).ok());
    let group = group.map(|group| -group.as_raw_nonzero().get());
    [parent, -1].into_iter().chain(group).map(|process| rule([is(0, process)?])).collect()
}

fn typing() -> Result<Vec<SeccompRule>, BackendError> {
    let refuse = |request: &u64| {
        rule([SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, *request)?])
    };
    TYPING.iter().map(refuse).collect()
}

/// Returns rules that refuse calls whatever their arguments.
fn whole(calls: &[c_long]) -> Rules {
    let numbers = calls.iter().flat_map(|call| VARIANTS.iter().map(move |variant| call | variant));
    numbers.map(|number| (number, vec![])).collect()
}

fn rule(conditions: impl Into<Vec<SeccompCondition>>) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions.into())
}

fn is(argument: u8, value: i32) -> Result<SeccompCondition, BackendError> {
    compare(argument, SeccompCmpOp::Eq, value)
}

fn is_not(argument: u8, value: i32) -> Result<SeccompCondition, BackendError> {
    compare(argument, SeccompCmpOp::Ne, value)
}

fn compare(
    argument: u8,
    operator: SeccompCmpOp,
    value: i32,
) -> Result<SeccompCondition, BackendError> {
    // The kernel looks at the lower half, too: -1 is all ones there.
    let value = u64::from(value.cast_unsigned());
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}
