//! The other side: what this program does when it was started to confine itself.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

use super::embedded;
use crate::Conversion;
use crate::sandbox::{Confinement, confine};

/// The argument by which a process learns that it is to confine itself.
pub(super) const CHILD: &str = "--sandboxed";

/// The status of a child that could not do what it was to do.
pub(super) const UNABLE: u8 = 125;

/// What such a child says first.
pub(super) const CANNOT: &str = "recast: cannot be isolated: ";

/// What a child is to do and within which bounds: the first line of its standard input.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Assignment {
    pub(crate) confinement: Confinement,
    pub(crate) work: Work,
}

/// What a confined process does.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Work {
    /// It becomes a program.
    Program { program: PathBuf, arguments: Vec<OsString>, environment: Vec<(String, OsString)> },
    /// It does a conversion by an engine that is part of it.
    Engine { name: String, conversion: Conversion },
    /// It loads LibreOffice from a folder and converts what it is asked to.
    Office { program: PathBuf },
}

/// Does the work of a sandboxed child if the process's arguments say that it is one.
///
/// The `main` of a program whose path [`crate::Catalogue::isolated`] is given calls this before anything else: the
/// process must still be single-threaded.
#[must_use]
pub fn child(arguments: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let first = arguments.into_iter().nth(1)?;
    (first == CHILD).then(obey)
}

fn obey() -> ExitCode {
    try_obey().unwrap_or_else(|error| {
        eprintln!("{CANNOT}{error}");
        ExitCode::from(UNABLE)
    })
}

/// Does what the first line of the standard input says.
pub(super) fn try_obey() -> io::Result<ExitCode> {
    let Assignment { confinement, work } = receive()?;
    confine(&confinement)?;
    carry_out(work)
}

fn receive() -> io::Result<Assignment> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

fn carry_out(work: Work) -> io::Result<ExitCode> {
    match work {
        Work::Program { program, arguments, environment } => {
            rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
            Err(Command::new(program).args(arguments).env_clear().envs(environment).exec())
        }
        Work::Engine { name, conversion } => embedded::convert(&name, conversion),
        Work::Office { program } => crate::office::serve(&program),
    }
}
