use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A server of someone else's, until it is dropped.
pub(super) struct Server {
    /// The line that says where it is.
    pub(super) line: String,
    _child: Child,
}

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    /// Starts a server and waits for a line with that word.
    pub(super) async fn start(mut command: Command, word: &str) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().unwrap();
        let (sender, mut lines) = mpsc::unbounded_channel();
        tokio::spawn(pass(child.stdout.take().unwrap(), sender.clone()));
        tokio::spawn(pass(child.stderr.take().unwrap(), sender));
        let mut said = String::new();
        let found = async {
            while let Some(line) = lines.recv().await {
                if line.contains(word) {
                    return line;
                }
                said += &line;
            }
            panic!("{command:?} ended: {said}")
        };
        let line = timeout(PATIENCE, found).await.expect("the server comes up");
        Self { line, _child: child }
    }

    /// Returns the first address of the web in the line.
    pub(super) fn address(&self) -> &str {
        let start = self.line.find("http://").expect("an address");
        self.line[start..].split_whitespace().next().expect("an address")
    }

    /// Returns its host and port.
    pub(super) fn host(&self) -> &str {
        self.address().trim_start_matches("http://").split('/').next().expect("a host")
    }
}

/// Reads to the end whatever comes of it: a full pipe would hold the server up.
async fn pass(output: impl AsyncRead + Unpin, lines: mpsc::UnboundedSender<String>) {
    let mut output = BufReader::new(output).lines();
    while let Ok(Some(line)) = output.next_line().await {
        drop(lines.send(line));
    }
}

/// Returns a path in `tests/storage`.
pub(super) fn script(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("storage").join(path)
}

/// Returns how Python is run with a module, none when it cannot be.
pub(super) async fn python(module: &str) -> Option<Command> {
    let python = std::env::var_os("RECAST_STORAGE_PYTHON").unwrap_or_else(|| "python3".into());
    let import = Command::new(&python).arg("-c").arg(format!("import {module}")).output().await;
    let found = import.is_ok_and(|output| output.status.success());
    (!crate::harness::absent(module, found)).then(|| Command::new(python))
}
