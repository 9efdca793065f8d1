//! Starting Chromium: which executable, in which confinement, and by which pipes it is spoken to.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::process::{Bounds, Isolation, LONGEST, Sandboxed, Work};
use crate::sandbox::Policy;

/// How long it may take to begin: a cold disk can hold it up for seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest message, in bytes: a picture in base64. What says more is no browser any more.
const LONGEST_MESSAGE: u64 = 256 << 20;

/// Where the executables are that scripts on the `PATH` start with flags for a desktop: beside the script itself, or
/// where Debian and Ubuntu have them.
const ELSEWHERE: [&str; 3] =
    ["chrome", "/usr/lib/chromium/chromium", "/usr/lib/chromium-browser/chromium-browser"];

const ARGUMENTS: [&str; 20] = [
    "--headless",
    "--remote-debugging-pipe",
    // It would make namespaces, which our confinement, in whose place this would be, refuses.
    "--no-sandbox",
    "--no-zygote",
    // A process of its own for this looks for itself in /proc, where it sees only its parent.
    "--in-process-gpu",
    "--disable-gpu",
    // What lies there outlives its makers, and Lambda has none.
    "--disable-dev-shm-usage",
    // One page, of one user, and nobody's cookies: nothing is to be kept apart, and all requests come one way.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LocalNetworkAccessChecks,Translate",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
];

/// A browser that waits to be spoken to: killed with all its processes when this is dropped.
pub(super) struct Browser {
    pub(super) sandboxed: Sandboxed,
    pub(super) messages: Messages,
    pub(super) requests: ChildStdin,
}

/// What a browser says: JSON, each message ended by a zero byte.
pub(super) struct Messages(BufReader<ChildStdout>);

/// Starts a browser that has `directory` for all that it keeps.
pub(super) async fn launch(
    isolation: &Isolation,
    program: &Path,
    directory: &Path,
) -> io::Result<Browser> {
    let program = executable(&program.canonicalize()?);
    let mut arguments = ARGUMENTS.map(Into::into).to_vec();
    let mut profile = std::ffi::OsString::from("--user-data-dir=");
    profile.push(directory.join("profile"));
    arguments.push(profile);
    // It does not begin without a socket by which a second one would find it, and may not connect to any.
    let listens_in = Some(directory.to_owned());
    let policy = Policy { readable: vec![program.clone()], listens_in, ..Policy::default() };
    let bounds = Bounds { directory, policy, deadline: LONGEST };
    let work = Work::Browser { program, arguments };
    let mut sandboxed = isolation.outliving(Vec::new()).start(work, bounds).await?;
    let (requests, replies) = sandboxed.streams()?;
    let mut messages = Messages(BufReader::new(replies));
    // The first message is empty: from there on the pipe is the browser's.
    match tokio::time::timeout(PATIENCE, messages.next()).await.map_err(io::Error::from)?? {
        Some(_) => Ok(Browser { sandboxed, messages, requests }),
        None => Err(io::Error::other("the browser does not begin")),
    }
}

/// Returns the executable that a program on the `PATH` is, or leads to if it is a script.
fn executable(program: &Path) -> PathBuf {
    let mut first = [0; 2];
    let is_script = File::open(program).and_then(|mut file| file.read_exact(&mut first)).is_ok()
        && first == *b"#!";
    let folder = program.parent().unwrap_or(program);
    let mut elsewhere = ELSEWHERE.iter().map(|path| folder.join(path));
    let found = elsewhere.find(|path| is_script && path.is_file());
    found.unwrap_or_else(|| program.to_owned())
}

impl Messages {
    /// Returns the next message, or none when the browser has ended.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        (&mut self.0).take(LONGEST_MESSAGE).read_until(0, &mut message).await?;
        Ok(message.pop_if(|last| *last == 0).map(|_| message))
    }
}

/// Sends the browser what there is to send, until either side ends.
pub(super) async fn send(mut requests: ChildStdin, mut outgoing: UnboundedReceiver<Vec<u8>>) {
    while let Some(mut message) = outgoing.recv().await {
        message.push(0);
        if requests.write_all(&message).await.is_err() {
            return;
        }
    }
}
