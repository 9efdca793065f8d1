use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::{io, iter, mem};

use futures::FutureExt;
use futures::future::{self, BoxFuture, Shared};
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::record::Record;
use super::replay::{self, SavedExecutions};

/// The most records that one sync covers.
const BATCH: usize = 1024;

/// The executions' history: a file to which records are only appended, one JSON object a line.
pub(super) struct Journal {
    writer: Mutex<Writer>,
}

/// Becomes ready when a record has reached the disk, and to all who wait for it.
pub(super) type Durable = Shared<BoxFuture<'static, Result<(), JournalError>>>;

/// Why the journal cannot be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refuses.
    #[error("cannot read or write the journal")]
    Io(#[source] Arc<io::Error>),
    /// A record that is not the last is not one.
    #[error("line {0} of the journal is not a record")]
    Corrupt(usize),
    /// The service has been shut down.
    #[error("the journal is closed")]
    Closed,
}

enum Writer {
    Memory,
    File { appends: Sender<Append>, thread: JoinHandle<()> },
    Closed,
}

struct Append {
    line: Vec<u8>,
    durable: Option<Acknowledgement>,
}

type Acknowledgement = oneshot::Sender<Result<(), JournalError>>;

impl Journal {
    /// Returns a journal that keeps nothing.
    pub(super) fn memory() -> Self {
        Self { writer: Mutex::new(Writer::Memory) }
    }

    /// Opens the journal in `directory`, less what has expired by `now`, and what it says.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when it cannot be read or rewritten.
    pub(super) fn open(
        directory: &Path,
        now: Timestamp,
    ) -> Result<(Self, SavedExecutions), JournalError> {
        let (file, saved) = replay::open(directory, now)?;
        Ok((Self::over(file)?, saved))
    }

    /// Returns a journal that appends to `file`.
    ///
    /// # Errors
    ///
    /// When there can be no thread for it.
    pub(super) fn over(file: File) -> io::Result<Self> {
        let (appends, receiver) = mpsc::channel();
        let thread = thread::Builder::new().name("states-journal".to_owned());
        let thread = thread.spawn(move || write(&file, &receiver))?;
        Ok(Self { writer: Mutex::new(Writer::File { appends, thread }) })
    }

    /// Appends a record and returns when it is on the disk. Records are written in the order of the
    /// calls.
    pub(super) fn append(&self, record: &Record) -> Durable {
        let (durable, written) = oneshot::channel();
        self.send(record, Some(durable));
        written.map(|result| result.unwrap_or(Err(JournalError::Closed))).boxed().shared()
    }

    /// Appends a record that may be lost with the process.
    pub(super) fn note(&self, record: &Record) {
        self.send(record, None);
    }

    /// Writes what was appended, then refuses the rest.
    pub(super) async fn close(&self) {
        let writer = mem::replace(&mut *self.writer(), Writer::Closed);
        let Writer::File { appends, thread } = writer else { return };
        drop(appends);
        if tokio::task::spawn_blocking(|| thread.join()).await.is_err() {
            tracing::warn!("the journal is still being written");
        }
    }

    fn send(&self, record: &Record, durable: Option<Acknowledgement>) {
        match &*self.writer() {
            // A record that cannot be sent is dropped, and whoever waits for it sees `Closed`.
            Writer::File { appends, .. } => {
                let _ = appends.send(Append { line: record.line(), durable });
            }
            Writer::Memory => acknowledge(durable, &Ok(())),
            Writer::Closed => {}
        }
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what is durable already.
pub(super) fn written() -> Durable {
    future::ready(Ok(())).boxed().shared()
}

/// Writes batches until the senders are gone. A batch that fails is cut off again, so that what
/// follows starts on a line of its own; when not even that works, nothing more is written.
fn write(file: &File, appends: &Receiver<Append>) {
    while let Ok(first) = appends.recv() {
        let Ok(length) = file.metadata().map(|metadata| metadata.len()) else { return };
        let batch: Vec<_> = iter::once(first).chain(appends.try_iter()).take(BATCH).collect();
        let result = append(file, &batch).map_err(JournalError::from);
        let repaired = result.is_ok() || file.set_len(length).is_ok();
        batch.into_iter().for_each(|append| acknowledge(append.durable, &result));
        if let Err(error) = result {
            tracing::error!(error = &error as &dyn Error, "records of executions are lost");
        }
        if !repaired {
            return;
        }
    }
}

fn acknowledge(durable: Option<Acknowledgement>, result: &Result<(), JournalError>) {
    if let Some(durable) = durable {
        // Whoever waited may have gone.
        let _ = durable.send(result.clone());
    }
}

fn append(mut file: &File, batch: &[Append]) -> io::Result<()> {
    let lines: Vec<&[u8]> = batch.iter().map(|append| append.line.as_slice()).collect();
    file.write_all(&lines.concat())?;
    if batch.iter().any(|append| append.durable.is_some()) {
        file.sync_data()?;
    }
    Ok(())
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::arn::Id;
    use super::super::record::{Event, Start};
    use super::*;

    fn record() -> Record {
        let start = Start { input: "{}".to_owned(), at: Timestamp::UNIX_EPOCH };
        Record { id: Id::new("machine", "name"), event: Event::Started(start) }
    }

    #[tokio::test]
    async fn acknowledged_record_is_in_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let journal = Journal::over(file.reopen().unwrap()).unwrap();
        journal.append(&record()).await.unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), record().line());
    }

    #[tokio::test]
    async fn closing_writes_what_was_noted_and_refuses_the_rest() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let journal = Journal::over(file.reopen().unwrap()).unwrap();
        journal.note(&record());
        journal.close().await;
        let error = journal.append(&record()).await.unwrap_err();
        assert!(matches!(error, JournalError::Closed), "{error}");
        assert_eq!(std::fs::read(file.path()).unwrap(), record().line());
    }

    #[tokio::test]
    async fn file_that_cannot_be_written_fails_each_record() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let journal = Journal::over(File::open(file.path()).unwrap()).unwrap();
        let error = journal.append(&record()).await.unwrap_err();
        assert!(matches!(error, JournalError::Io(_)), "{error}");
        journal.append(&record()).await.unwrap_err();
    }
}
