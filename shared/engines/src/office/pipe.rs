//! The socket by which a second LibreOffice of a profile would find the first: always in `/tmp`, whatever the environment
//! says, and without it LibreOffice does not start. See `PIPEDEFAULTPATH` in its `sal/osl/unx/pipe.cxx`.

use std::fs::{self, DirEntry};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;

use crate::sandbox::Policy;

const FOLDER: &str = "/tmp";

/// Returns the policy of a LibreOffice: it may make its socket, but not remove it, which would let it remove all of the
/// user's files there.
pub(super) fn policy() -> Policy {
    Policy { listens_in: Some(FOLDER.into()), ..Policy::default() }
}

/// Removes the sockets on which no LibreOffice listens any more.
pub(super) fn remove_dead() {
    let entries = fs::read_dir(FOLDER).into_iter().flatten().flatten();
    let is_pipe = |entry: &DirEntry| {
        entry.file_name().to_string_lossy().starts_with("OSL_PIPE_")
            && entry.file_type().is_ok_and(|kind| kind.is_socket())
    };
    let dead = entries.filter(is_pipe).filter(|it| UnixStream::connect(it.path()).is_err());
    for entry in dead {
        // Another conversion may have been faster, and another user's is not ours to remove.
        let _ = fs::remove_file(entry.path());
    }
}
