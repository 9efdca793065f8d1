//! An embedded engine in a process of its own: what it does there, and how it is waited for here.
//!
//! A panic, an endless loop, a stack that overflows or memory that runs out ends that process, and the task with an
//! error, but nothing else.

use std::fs::File;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

use super::child::Work;
use super::isolation::{Bounds, Isolation, Sandboxed};
use super::streams::kept;
use super::wire::{Event, Failure};
use super::{LONGEST, ProcessError, unable, watch};
use crate::conversion::Job;
use crate::engine::Run;
use crate::sandbox::Policy;
use crate::{Conversion, ConversionError, ENGINES, Made, Progress};

/// How often a child tells how far it is.
const EVERY: Duration = Duration::from_millis(100);

/// How much a child may tell.
const MOST_TOLD: u64 = 64 << 20;

/// What Rust says before it gives up for want of memory.
const NO_MEMORY: &str = "memory allocation of ";

const FAILED: &str = "the engine failed on this file";

/// Does a conversion in this process, which is confined, and tells of it on the standard output.
pub(super) fn convert(name: &str, conversion: Conversion) -> io::Result<ExitCode> {
    let told = Mutex::new(File::from(rustix::io::dup(io::stdout())?));
    // What a library prints is no event.
    rustix::stdio::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
    let progress = Progress::default();
    let outcome = thread::scope(|scope| {
        let (done, working) = mpsc::channel();
        scope.spawn(|| report(&progress, &told, working));
        let outcome = run(name, conversion, &progress);
        drop(done);
        outcome
    });
    // What was said last may not have been told yet.
    tell(&told, &Event::of(&progress))?;
    let lines = progress.lines();
    tell(&told, &Event::Ended { lines, outcome: outcome.map_err(Failure::from) })?;
    Ok(ExitCode::SUCCESS)
}

fn run(name: &str, conversion: Conversion, progress: &Progress) -> Result<Made, ConversionError> {
    let mut engines = ENGINES.iter().copied();
    #[cfg(test)]
    let mut engines = engines.by_ref().chain([&super::testing::FAULTY]);
    let engine = engines.find(|engine| engine.name == name).map(|engine| &engine.run);
    let Some(Run::Embedded(convert)) = engine else {
        return Err(io::Error::other("no embedded engine has this name").into());
    };
    let job = Job { conversion, program: None, progress: progress.clone() };
    let failed = |_| Err(ConversionError::Failed(FAILED.into()));
    catch_unwind(AssertUnwindSafe(|| convert(&job))).unwrap_or_else(failed)
}

/// Tells how far the work is whenever that has moved, until the other end of the channel goes.
fn report(progress: &Progress, told: &Mutex<File>, working: Receiver<()>) {
    let mut last = (0, None);
    while working.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let now = (progress.get(), progress.words());
        // Nobody listening is no reason to stop: who has gone kills this process.
        if now != last && tell(told, &Event::of(progress)).is_ok() {
            last = now;
        }
    }
}

fn tell(told: &Mutex<File>, event: &Event) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    told.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
}

/// Does a conversion by the engine of this name in a process of its own.
pub(crate) async fn convert_apart(
    isolation: &Isolation,
    name: &str,
    Job { conversion, progress, .. }: Job,
) -> Result<Made, ConversionError> {
    let directory = conversion.directory.clone();
    // Memory that is asked for and never touched is not seen by who watches: the address space bounds it.
    let policy = Policy {
        address_space: Some(isolation.limits.memory.saturating_mul(2)),
        ..Policy::default()
    };
    let bounds = Bounds { directory: &directory, policy, deadline: LONGEST };
    let work = Work::Engine { name: name.to_owned(), conversion };
    let sandboxed = isolation.start(work, bounds).await?;
    let group = sandboxed.group.0;
    let ended = tokio::time::timeout(LONGEST, follow(sandboxed, &progress));
    tokio::select! {
        ended = ended => ended.unwrap_or(Err(ProcessError::Deadline(LONGEST).into())),
        over = watch::watch(group, &directory, isolation.limits) => Err(over.into()),
    }
}

async fn follow(mut sandboxed: Sandboxed, progress: &Progress) -> Result<Made, ConversionError> {
    let (stdout, stderr) = (sandboxed.child.stdout.take(), sandboxed.child.stderr.take());
    let (outcome, stderr) = tokio::join!(listen(stdout, progress), kept(stderr));
    let status = sandboxed.child.wait().await?;
    if let Some(outcome) = outcome {
        return outcome.map_err(ConversionError::from);
    }
    if let Some(error) = unable(status, &stderr) {
        return Err(error.into());
    }
    if stderr.contains(NO_MEMORY) {
        return Err(ProcessError::Memory.into());
    }
    Err(ConversionError::Failed(FAILED.into()))
}

/// Passes on what a child tells of its work, and returns how it ended if it came to say so.
async fn listen(
    stream: Option<impl AsyncRead + Unpin>,
    progress: &Progress,
) -> Option<Result<Made, Failure>> {
    let mut lines = BufReader::new(stream?.take(MOST_TOLD)).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        match serde_json::from_str(&line).ok()? {
            Event::Progress { percent, words } => {
                progress.set(percent);
                words.into_iter().for_each(|words| progress.say(words));
            }
            Event::Ended { lines, outcome } => {
                lines.iter().for_each(|line| progress.log(line));
                return Some(outcome);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{FAULTY, launcher};
    use super::*;
    use crate::{Format, Limits, Source};

    /// Has the engine that fails do so in this way.
    async fn convert_faulty(way: &str, limits: Limits) -> Result<Made, ConversionError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        std::fs::write(&path, way).unwrap();
        let conversion = Conversion {
            operation: crate::CONVERT.to_owned(),
            sources: vec![Source {
                path,
                name: "input.txt".to_owned(),
                task: "given".to_owned(),
                format: Format::TXT,
            }],
            output_format: Format::TXT,
            options: json!({}).as_object().unwrap().clone(),
            directory: folder.path().to_owned(),
            engine: None,
        };
        let job = Job { conversion, program: None, progress: Progress::default() };
        convert_apart(&Isolation::new(launcher(), limits), FAULTY.name, job).await
    }

    #[tokio::test]
    async fn an_engine_that_dies_is_an_error_of_the_file() {
        for way in ["panic", "abort", "overflow"] {
            let result = convert_faulty(way, Limits::default()).await;
            let Err(error @ ConversionError::Failed(_)) = result else {
                panic!("{way}: {result:?}")
            };
            assert_eq!(error.to_string(), FAILED, "{way}");
        }
    }

    #[tokio::test]
    async fn memory_that_is_asked_for_or_used_is_limited() {
        let limits = Limits { memory: 300 << 20, ..Limits::default() };
        for way in ["ask for memory", "use memory"] {
            let result = convert_faulty(way, limits).await;
            let Err(error @ ConversionError::TooLarge(_)) = result else {
                panic!("{way}: {result:?}")
            };
            assert_eq!(error.to_string(), ProcessError::Memory.to_string(), "{way}");
        }
    }

    #[tokio::test]
    async fn what_is_printed_is_no_event_and_what_is_told_arrives() {
        let made = convert_faulty("print", Limits::default()).await.unwrap();
        assert_eq!(made.result["said"], "nothing");
    }
}
