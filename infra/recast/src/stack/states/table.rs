use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ambient::Clock;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::arn::Id;
use super::journal::{Durable, Journal, written};
use super::record::{End, Event, Outcome, Record, Start};
use super::replay::{Place, Saved, SavedExecutions, is_expired};

/// All executions that have a name, and how they end: each once.
pub(super) struct Table {
    executions: Mutex<HashMap<Id, Entry>>,
    open: watch::Sender<usize>,
    pub(super) journal: Journal,
    clock: Clock,
}

/// An execution as it can be seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) start: Start,
    pub(super) end: Option<End>,
}

struct Entry {
    seen: Seen,
    /// When the last of what is seen is on the disk.
    durable: Durable,
    /// Where it goes on when it is resumed.
    place: Option<Place>,
    run: Option<AbortHandle>,
}

impl Table {
    pub(super) fn new(journal: Journal, saved: SavedExecutions, clock: Clock) -> Self {
        let open = saved.values().filter(|saved| saved.end.is_none()).count();
        let executions = saved.into_iter().map(|(id, saved)| (id, Entry::from(saved))).collect();
        let (executions, open) = (Mutex::new(executions), watch::Sender::new(open));
        Self { executions, open, journal, clock }
    }

    /// Returns the execution, unless it ended so long ago that it is forgotten.
    pub(super) fn find(&self, id: &Id) -> Option<Seen> {
        self.lock().get(id).filter(|entry| !self.is_free(entry)).map(|entry| entry.seen.clone())
    }

    /// Takes the name for an execution with that `input`, and returns when it began and when that
    /// is durable; the same again for one that is open. None when the name is taken otherwise.
    pub(super) fn reserve(&self, id: &Id, input: String) -> Option<(Start, Durable)> {
        let mut executions = self.lock();
        if let Some(entry) = executions.get(id).filter(|entry| !self.is_free(entry)) {
            let same = entry.seen.end.is_none() && entry.seen.start.input == input;
            return same.then(|| (entry.seen.start.clone(), entry.durable.clone()));
        }
        let start = Start { input, at: self.clock.now() };
        let durable = self.append(id, Event::Started(start.clone()));
        let seen = Seen { start: start.clone(), end: None };
        let entry = Entry { seen, durable: durable.clone(), place: None, run: None };
        executions.insert(id.clone(), entry);
        self.open.send_modify(|open| *open += 1);
        Some((start, durable))
    }

    /// Gives back the name that was taken with `reservation`, which could not be written.
    pub(super) fn release(&self, id: &Id, reservation: &Durable) {
        let mut executions = self.lock();
        if executions.get(id).is_some_and(|entry| entry.durable.ptr_eq(reservation)) {
            executions.remove(id);
            self.open.send_modify(|open| *open -= 1);
        }
    }

    /// Has `run` start the execution where it is, unless it runs already or has ended.
    pub(super) fn run(
        &self,
        id: &Id,
        run: impl FnOnce(Start, Option<Place>) -> Option<AbortHandle>,
    ) {
        let mut executions = self.lock();
        let Some(entry) = executions.get_mut(id) else { return };
        if entry.run.is_none() && entry.seen.end.is_none() {
            entry.run = run(entry.seen.start.clone(), entry.place.take());
        }
    }

    /// Ends the execution, if it has not, and stops its run; returns how it ended and when that is
    /// durable.
    pub(super) fn finish(&self, id: &Id, outcome: Outcome) -> Option<(End, Durable)> {
        let mut executions = self.lock();
        let entry = executions.get_mut(id).filter(|entry| !self.is_free(entry))?;
        if let Some(end) = &entry.seen.end {
            return Some((end.clone(), entry.durable.clone()));
        }
        let end = End { outcome, at: self.clock.now() };
        entry.durable = self.append(id, Event::Ended(end.clone()));
        entry.seen.end = Some(end.clone());
        if let Some(run) = entry.run.take() {
            run.abort();
        }
        self.open.send_modify(|open| *open -= 1);
        Some((end, entry.durable.clone()))
    }

    /// Returns the executions that have not ended.
    pub(super) fn open(&self) -> Vec<Id> {
        let executions = self.lock();
        let open = executions.iter().filter(|(_, entry)| entry.seen.end.is_none());
        open.map(|(id, _)| id.clone()).collect()
    }

    /// Returns how many executions have not ended.
    pub(super) fn open_count(&self) -> usize {
        *self.open.borrow()
    }

    /// Waits until all have ended.
    pub(super) async fn idle(&self) {
        // The sender is ours, so the wait cannot fail.
        let _ = self.open.subscribe().wait_for(|open| *open == 0).await;
    }

    fn append(&self, id: &Id, event: Event) -> Durable {
        self.journal.append(&Record { id: id.clone(), event })
    }

    fn is_free(&self, entry: &Entry) -> bool {
        is_expired(entry.seen.end.as_ref(), self.clock.now())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Entry>> {
        self.executions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Saved> for Entry {
    fn from(Saved { start, place, end }: Saved) -> Self {
        Self { seen: Seen { start, end }, durable: written(), place, run: None }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::super::journal::JournalError;
    use super::*;

    fn table(journal: Journal) -> (Table, Id) {
        (Table::new(journal, SavedExecutions::new(), Clock::system()), Id::new("machine", "name"))
    }

    #[tokio::test]
    async fn name_whose_record_is_not_written_is_free_again() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read_only = File::open(file.path()).unwrap();
        let (table, id) = table(Journal::over(read_only).unwrap());
        let (_, first) = table.reserve(&id, "1".to_owned()).unwrap();
        let (_, same) = table.reserve(&id, "1".to_owned()).unwrap();
        assert!(matches!(first.clone().await, Err(JournalError::Io(_))));
        assert!(same.await.is_err(), "the same start shares its fate");
        table.release(&id, &first);
        assert_eq!(table.open_count(), 0);
        let (_, second) = table.reserve(&id, "2".to_owned()).unwrap();
        table.release(&id, &first);
        assert_eq!(table.open_count(), 1, "the old reservation does not free the new one");
        assert!(second.await.is_err());
    }

    #[tokio::test]
    async fn execution_ends_once() {
        let (table, id) = table(Journal::memory());
        let (_, durable) = table.reserve(&id, "{}".to_owned()).unwrap();
        durable.await.unwrap();
        let aborted = Outcome::Aborted { error: None, cause: None };
        let (first, _) = table.finish(&id, aborted).unwrap();
        let succeeded = Outcome::Succeeded { output: "{}".to_owned() };
        let (second, _) = table.finish(&id, succeeded).unwrap();
        assert_eq!(first.at, second.at);
        assert!(matches!(second.outcome, Outcome::Aborted { .. }));
        assert_eq!(table.open_count(), 0);
    }

    #[tokio::test]
    async fn name_is_taken_for_90_days_after_the_end() {
        let (table, id) = table(Journal::memory());
        let (_, durable) = table.reserve(&id, "{}".to_owned()).unwrap();
        durable.await.unwrap();
        let aborted = Outcome::Aborted { error: None, cause: None };
        table.finish(&id, aborted).unwrap().1.await.unwrap();
        table.clock.advance(Duration::from_hours(90 * 24 - 1));
        assert!(table.reserve(&id, "{}".to_owned()).is_none());
        assert!(table.find(&id).is_some());
        table.clock.advance(Duration::from_hours(1));
        assert!(table.find(&id).is_none());
        assert!(table.reserve(&id, "{}".to_owned()).is_some());
    }
}
