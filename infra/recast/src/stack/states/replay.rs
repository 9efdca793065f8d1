use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::arn::Id;
use super::journal::JournalError;
use super::record::{Attempted, End, Entered, Event, Record, Start};

const FILE: &str = "executions.jsonl";
const NEW_FILE: &str = "executions.jsonl.new";
/// How long the name of an execution that has ended is taken (StartExecution, `name`).
const NAME_IS_TAKEN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The executions that a journal tells of.
pub(super) type SavedExecutions = BTreeMap<Id, Saved>;

/// What a journal tells of an execution.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    pub(super) start: Start,
    pub(super) place: Option<Place>,
    pub(super) end: Option<End>,
}

/// Where an execution is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) entered: Entered,
    /// None until the state's first attempt has begun.
    pub(super) attempted: Option<Attempted>,
}

/// Returns whether the name of an execution with that `end` is free again.
pub(super) fn is_expired(end: Option<&End>, now: Timestamp) -> bool {
    end.is_some_and(|end| now.duration_since(end.at) >= NAME_IS_TAKEN)
}

/// Reads the journal in `directory`, rewrites it without what nothing depends on any more, and
/// returns the new file, open for appending.
///
/// # Errors
///
/// [`JournalError`] when the file system refuses or a line within the file is not a record.
pub(super) fn open(
    directory: &Path,
    now: Timestamp,
) -> Result<(File, SavedExecutions), JournalError> {
    fs::create_dir_all(directory)?;
    let mut saved = read(&directory.join(FILE))?;
    saved.retain(|_, saved| !is_expired(saved.end.as_ref(), now));
    rewrite(directory, &saved)?;
    Ok((OpenOptions::new().append(true).open(directory.join(FILE))?, saved))
}

fn read(path: &Path) -> Result<SavedExecutions, JournalError> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        bytes => bytes?,
    };
    let mut saved = SavedExecutions::new();
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        // What the process was writing when it was killed was promised to nobody.
        let Some(line) = line.strip_suffix(b"\n") else { break };
        let record = serde_json::from_slice(line).map_err(|_| JournalError::Corrupt(index + 1))?;
        apply(&mut saved, record);
    }
    Ok(saved)
}

/// Applies a record; what comes after an execution's end was on its way when it ended.
fn apply(executions: &mut SavedExecutions, Record { id, event }: Record) {
    let open = executions.get_mut(&id).filter(|saved| saved.end.is_none());
    match (event, open) {
        (Event::Started(start), _) => {
            executions.insert(id, Saved { start, place: None, end: None });
        }
        (Event::Entered(entered), Some(saved)) => {
            saved.place = Some(Place { entered, attempted: None });
        }
        (Event::Attempted(attempted), Some(saved)) => {
            if let Some(place) = &mut saved.place {
                place.attempted = Some(attempted);
            }
        }
        (Event::Ended(end), Some(saved)) => saved.end = Some(end),
        (Event::Entered(_) | Event::Attempted(_) | Event::Ended(_), None) => {}
    }
}

fn rewrite(directory: &Path, executions: &SavedExecutions) -> io::Result<()> {
    let path = directory.join(NEW_FILE);
    let mut file = BufWriter::new(File::create(&path)?);
    for (id, saved) in executions {
        for event in events(saved.clone()) {
            file.write_all(&Record { id: id.clone(), event }.line())?;
        }
    }
    file.into_inner()?.sync_all()?;
    fs::rename(path, directory.join(FILE))?;
    File::open(directory)?.sync_all()
}

fn events(Saved { start, place, end }: Saved) -> Vec<Event> {
    let mut events = vec![Event::Started(start)];
    if let Some(end) = end {
        events.push(Event::Ended(end));
        return events;
    }
    if let Some(Place { entered, attempted }) = place {
        events.push(Event::Entered(entered));
        events.extend(attempted.map(Event::Attempted));
    }
    events
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::Outcome;
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    fn record(name: &str, event: Event) -> Vec<u8> {
        Record { id: Id::new("m", name), event }.line()
    }

    fn started(name: &str) -> Vec<u8> {
        record(name, Event::Started(Start { input: "{}".to_owned(), at: at(0) }))
    }

    fn entered(name: &str, state: &str) -> Vec<u8> {
        let entered = Entered { state: state.to_owned(), input: json!({}), at: at(1) };
        record(name, Event::Entered(entered))
    }

    fn attempted(name: &str, retry_count: u32) -> Vec<u8> {
        record(name, Event::Attempted(Attempted { retry_count, retries: vec![retry_count] }))
    }

    fn ended(name: &str, day: i64) -> Vec<u8> {
        let outcome = Outcome::Succeeded { output: "{}".to_owned() };
        record(name, Event::Ended(End { outcome, at: at(day) }))
    }

    /// Returns what is read back as lines of `name state retry_count ended`.
    fn reopen(journal: &[u8], now: Timestamp) -> Result<Vec<String>, JournalError> {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(FILE), journal).unwrap();
        let (_, first) = open(directory.path(), now)?;
        let (_, second) = open(directory.path(), now)?;
        assert_eq!(show(&first), show(&second), "the rewritten journal tells the same");
        Ok(show(&second))
    }

    fn show(executions: &SavedExecutions) -> Vec<String> {
        let show = |(id, saved): (&Id, &Saved)| {
            let state = saved.place.as_ref().map_or("-", |place| &place.entered.state);
            let attempted = saved.place.as_ref().and_then(|place| place.attempted.as_ref());
            let count = attempted.map_or("-".to_owned(), |last| last.retry_count.to_string());
            let state = if saved.end.is_some() { "ended" } else { state };
            format!("{} {state} {count}", id.name)
        };
        executions.iter().map(show).map(|line| line.replace("ended -", "ended")).collect()
    }

    #[test]
    fn last_place_of_each_execution_is_read_back() {
        let journal = [
            started("a"),
            started("b"),
            entered("a", "Run"),
            attempted("a", 0),
            attempted("a", 1),
            entered("b", "Run"),
            attempted("b", 0),
            entered("b", "Fail"),
            started("c"),
        ];
        assert_eq!(reopen(&journal.concat(), at(1)).unwrap(), ["a Run 1", "b Fail -", "c - -"]);
    }

    #[test]
    fn what_comes_after_the_end_is_ignored() {
        let journal = [started("a"), ended("a", 1), entered("a", "Run"), attempted("a", 3)];
        assert_eq!(reopen(&journal.concat(), at(1)).unwrap(), ["a ended"]);
        assert_eq!(reopen(&ended("unknown", 1), at(1)).unwrap(), [""; 0]);
    }

    #[test]
    fn torn_last_line_is_ignored_wherever_it_was_cut() {
        let whole = started("a");
        let torn = started("b");
        for length in 0..torn.len() {
            let journal = [whole.as_slice(), &torn[..length]].concat();
            assert_eq!(reopen(&journal, at(1)).unwrap(), ["a - -"], "{length}");
        }
    }

    #[test]
    fn broken_line_within_the_journal_is_an_error() {
        let journal = [started("a"), b"{}\n".to_vec(), started("b")].concat();
        let error = reopen(&journal, at(1)).unwrap_err();
        assert_eq!(error.to_string(), "line 2 of the journal is not a record");
    }

    #[test]
    fn ended_executions_are_kept_for_90_days() {
        let journal = [started("a"), ended("a", 1), started("open")].concat();
        assert_eq!(reopen(&journal, at(90)).unwrap(), ["a ended", "open - -"]);
        assert_eq!(reopen(&journal, at(91)).unwrap(), ["open - -"]);
    }
}
