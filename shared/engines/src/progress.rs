use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many of an engine's last lines are kept.
const MOST_LINES: usize = 100;

/// The longest line that is kept, in characters.
const LONGEST_LINE: usize = 500;

/// How far a conversion is, and what is said of it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    percent: u8,
    words: Option<String>,
    lines: VecDeque<String>,
}

impl Progress {
    /// Sets how far it is, in percent; over 100 counts as 100.
    pub fn set(&self, percent: u8) {
        self.state().percent = percent.min(100);
    }

    /// Returns how far it is, in percent.
    #[must_use]
    pub fn get(&self) -> u8 {
        self.state().percent
    }

    /// Says what is being done, in terms of the file: `page 14 of 80`.
    pub fn say(&self, words: impl Into<String>) {
        self.state().words = Some(words.into());
    }

    /// Returns what was said last.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        self.state().words.clone()
    }

    /// Keeps a line of what the engine itself says, without any path; only the last 100 are kept.
    pub fn log(&self, line: &str) {
        let words = line.split_whitespace().filter(|word| !word.contains('/'));
        let line: String = words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_LINE).collect();
        let mut state = self.state();
        if !line.is_empty() {
            state.lines.push_back(line);
        }
        if state.lines.len() > MOST_LINES {
            state.lines.pop_front();
        }
    }

    /// Returns what the engine itself has said, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.state().lines.iter().cloned().collect()
    }

    /// A thread that panicked with the lock has left nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_shared_and_capped() {
        let progress = Progress::default();
        progress.clone().set(250);
        progress.clone().say("page 2 of 3");
        assert_eq!((progress.get(), progress.words().as_deref()), (100, Some("page 2 of 3")));
    }

    #[test]
    fn the_last_lines_are_kept_without_paths() {
        let progress = Progress::default();
        (0..150).for_each(|number| progress.log(&format!("line {number} of /tmp/a/b.docx ")));
        progress.log("  /tmp/only ");
        let lines = progress.lines();
        assert_eq!(lines.len(), MOST_LINES);
        assert_eq!((lines[0].as_str(), lines[99].as_str()), ("line 50 of", "line 149 of"));
    }
}
