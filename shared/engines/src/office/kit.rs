//! LibreOfficeKit in a confined process: it reads requests, one a line, and does one after the other.
//!
//! The library is single-threaded, is loaded once in a process, and takes that with it when it crashes.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use libreofficekit::{CallbackType, DocUrl, Office, OfficeError, OfficeOptionalFeatures};
use serde::{Deserialize, Serialize};

/// A document to convert.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// Its extension tells the format.
    pub(super) input: PathBuf,
    pub(super) output: PathBuf,
    /// The extension by which the kit knows the filter.
    pub(super) format: String,
    pub(super) options: Option<String>,
    pub(super) password: Option<String>,
}

/// What the process tells.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reply {
    /// It waits for a request.
    Ready,
    /// The result is there.
    Done,
    /// The document does not open without another password.
    Locked,
    /// The document does not open, or is not saved.
    Refused(String),
}

/// Converts what the standard input asks for until it ends; an empty line asks whether anybody is there. `program` is the
/// folder of LibreOffice's libraries.
pub(crate) fn serve(program: &Path) -> io::Result<ExitCode> {
    let mut told = File::from(rustix::io::dup(io::stdout())?);
    // What the library prints is no reply.
    rustix::stdio::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
    // Its own end crashes in some versions; that of the process is enough.
    let office = ManuallyDrop::new(Office::new(program).map_err(io::Error::other)?);
    let features = OfficeOptionalFeatures::DOCUMENT_PASSWORD
        | OfficeOptionalFeatures::DOCUMENT_PASSWORD_TO_MODIFY;
    office.set_optional_features(features).map_err(io::Error::other)?;
    tell(&mut told, &Reply::Ready)?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let reply = match line.as_str() {
            "" => Reply::Ready,
            request => answer(&office, serde_json::from_str(request)?),
        };
        tell(&mut told, &reply)?;
    }
    // What its libraries do at the end of a process crashes, too.
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)?;
    Ok(ExitCode::SUCCESS)
}

fn answer(office: &Office, request: Request) -> Reply {
    let asked = Rc::new(Cell::new(false));
    match convert(office, request, &asked) {
        Ok(true) => Reply::Done,
        Ok(false) => Reply::Refused("the document is not saved".to_owned()),
        // Some filters ask for a password once only, whatever they are given.
        Err(_) if asked.get() => Reply::Locked,
        Err(error) => Reply::Refused(error.to_string()),
    }
}

fn convert(office: &Office, request: Request, asked: &Rc<Cell<bool>>) -> Result<bool, OfficeError> {
    let input = url(&request.input)?;
    listen(office, &input, request.password, asked)?;
    let mut document = office.document_load(&input)?;
    document.save_as(&url(&request.output)?, &request.format, request.options.as_deref())
}

fn url(path: &Path) -> Result<DocUrl, OfficeError> {
    DocUrl::from_absolute_path(path.to_string_lossy())
}

/// Gives the password when it is asked for: the first time alone.
fn listen(
    office: &Office,
    input: &DocUrl,
    password: Option<String>,
    asked: &Rc<Cell<bool>>,
) -> Result<(), OfficeError> {
    let (input, asked) = (input.clone(), Rc::clone(asked));
    let mut password = password;
    office.register_callback(move |office, kind, _| {
        if let CallbackType::DocumentPassword | CallbackType::DocumentPasswordModify = kind {
            asked.set(true);
            let given = password.take();
            // Without one the document does not open, which its loading tells.
            let _ = office.set_document_password(&input, given.as_deref());
        }
    })
}

fn tell(told: &mut File, reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    told.write_all(&line)
}
