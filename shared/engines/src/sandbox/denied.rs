//! The calls of the kernel that no converter needs, by their numbers.

use libc::*;

/// Calls that are refused.
pub(super) const REFUSED: &[c_long] = &[
    // Out of the group that is killed.
    SYS_setpgid,
    SYS_setsid,
    // Other processes.
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_process_madvise,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_ptrace,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_tkill,
    // Memory and messages that nobody counts and that outlive their makers.
    SYS_memfd_secret,
    SYS_mq_open,
    SYS_mq_unlink,
    SYS_msgget,
    SYS_semget,
    SYS_shmget,
    // Keys.
    SYS_add_key,
    SYS_keyctl,
    SYS_request_key,
    // Mounts and namespaces.
    SYS_chroot,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fsopen,
    SYS_fspick,
    SYS_mount,
    SYS_mount_setattr,
    SYS_move_mount,
    SYS_open_tree,
    SYS_pivot_root,
    SYS_setns,
    SYS_umount2,
    SYS_unshare,
    // What is the machine's.
    SYS_acct,
    SYS_adjtimex,
    SYS_bpf,
    SYS_clock_adjtime,
    SYS_clock_settime,
    SYS_delete_module,
    SYS_fanotify_init,
    SYS_finit_module,
    SYS_init_module,
    SYS_kexec_file_load,
    SYS_kexec_load,
    SYS_lookup_dcookie,
    SYS_name_to_handle_at,
    SYS_nfsservctl,
    SYS_open_by_handle_at,
    SYS_perf_event_open,
    SYS_personality,
    SYS_quotactl,
    SYS_quotactl_fd,
    SYS_reboot,
    SYS_setdomainname,
    SYS_sethostname,
    SYS_settimeofday,
    SYS_swapoff,
    SYS_swapon,
    SYS_syslog,
    SYS_userfaultfd,
    SYS_vhangup,
];

/// Calls that exist on x86 alone and are refused.
#[cfg(target_arch = "x86_64")]
pub(super) const REFUSED_HERE: &[c_long] = &[
    SYS__sysctl,
    SYS_ioperm,
    SYS_iopl,
    SYS_modify_ldt,
    SYS_uselib,
    SYS_ustat,
    // Numbers of x32 for calls of which it has versions of its own: rt_sigqueueinfo, ptrace, kexec_load,
    // process_vm_readv, process_vm_writev, mq_notify, rt_tgsigqueueinfo (the kernel's syscall_64.tbl).
    524,
    521,
    528,
    539,
    540,
    527,
    536,
];

/// Calls that exist on other processors alone and are refused.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const REFUSED_HERE: &[c_long] = &[];

/// Calls that seem not to exist: who makes them knows another way. `clone3` hides its flags from filters.
pub(super) const ABSENT: &[c_long] =
    &[SYS_clone3, SYS_io_uring_enter, SYS_io_uring_register, SYS_io_uring_setup];

/// The flags by which `clone` makes namespaces, each of them refused.
pub(super) const NAMESPACES: &[c_int] = &[
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
];

/// Requests of `ioctl` by which a program types into its user's terminal.
pub(super) const TYPING: &[u64] = &[TIOCSTI, TIOCLINUX];

/// What x32 adds to the numbers of calls; the kernel shows filters its calls as those of x86-64.
#[cfg(target_arch = "x86_64")]
pub(super) const VARIANTS: &[c_long] = &[0, 0x4000_0000];
/// Elsewhere a call has one number.
#[cfg(not(target_arch = "x86_64"))]
pub(super) const VARIANTS: &[c_long] = &[0];
