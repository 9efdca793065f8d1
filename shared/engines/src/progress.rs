use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many of an engine's last lines are kept.
const MOST_LINES: usize = 100;

/// The longest line that is kept, in characters; also the longest words.
const LONGEST_LINE: usize = 500;

/// How many bytes the lines that are kept have at the most.
const MOST_BYTES: usize = 16 << 10;

/// How far a conversion is, and what is said of it. Clones and parts share it.
#[derive(Clone, Debug)]
pub struct Progress {
    state: Arc<Mutex<State>>,
    /// Where in the whole this part of it begins, in percent.
    start: f64,
    /// How much of the whole it is, in percent.
    width: f64,
    /// What its words begin with.
    title: String,
    /// What must not be in its words and lines, the longest first.
    secrets: Arc<[String]>,
}

#[derive(Debug, Default)]
struct State {
    percent: u8,
    words: Option<String>,
    lines: VecDeque<String>,
}

impl Default for Progress {
    fn default() -> Self {
        Self::hiding(Vec::new())
    }
}

impl Progress {
    /// Returns progress in whose words and lines `***` stands for each of these secrets.
    #[must_use]
    pub fn hiding(mut secrets: Vec<String>) -> Self {
        secrets.retain(|secret| !secret.trim().is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let (state, title) = (Arc::default(), String::new());
        Self { state, start: 0.0, width: 100.0, title, secrets: secrets.into() }
    }

    /// Returns the progress of one part of the work, by its number from 0 among `count` equal ones:
    /// its percent are those of its part alone, its lines those of the whole.
    #[must_use]
    pub fn part(&self, number: usize, count: usize) -> Self {
        let width = self.width / count.max(1) as f64;
        Self { start: self.start + width * number as f64, width, ..self.clone() }
    }

    /// Returns the progress of one of several files, by its number from 0: its words begin with which
    /// it is. That of a single file is the whole.
    #[must_use]
    pub fn file(&self, number: usize, count: usize) -> Self {
        if count < 2 {
            return self.clone();
        }
        let title = format!("{}file {} of {count}: ", self.title, number + 1);
        Self { title, ..self.part(number, count) }
    }

    /// Sets how far this part is, in percent; over 100 counts as 100.
    pub fn set(&self, percent: u8) {
        let whole = self.start + self.width * f64::from(percent.min(100)) / 100.0;
        // A third thrice is the whole.
        self.state().percent = (whole + 1e-9) as u8;
    }

    /// Returns how far the whole is, in percent.
    #[must_use]
    pub fn get(&self) -> u8 {
        self.state().percent
    }

    /// Says what is being done, in terms of the file: `page 14 of 80`.
    pub fn say(&self, words: impl Into<String>) {
        let words = format!("{}{}", self.title, self.hide(&words.into()));
        self.state().words = Some(words.chars().take(LONGEST_LINE).collect());
    }

    /// Returns what was said last.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        self.state().words.clone()
    }

    /// Keeps a line of what the engine itself says, without any path or control character; only the
    /// last 100 lines, of 16 KB together, are kept.
    pub fn log(&self, line: &str) {
        let line = self.hide(line);
        let words = line.split_whitespace().filter(|word| !word.contains('/'));
        let line = words.collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).take(LONGEST_LINE).collect();
        if !line.is_empty() {
            self.state().keep(line);
        }
    }

    /// Returns what the engine itself has said, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.state().lines.iter().cloned().collect()
    }

    fn hide(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// A thread that panicked with the lock has left nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep(&mut self, line: String) {
        self.lines.push_back(line);
        let bytes = |lines: &VecDeque<String>| lines.iter().map(String::len).sum::<usize>();
        while self.lines.len() > MOST_LINES || bytes(&self.lines) > MOST_BYTES {
            self.lines.pop_front();
        }
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
    fn parts_move_the_whole() {
        let progress = Progress::default();
        let check = |part: &Progress, percent, whole| {
            part.set(percent);
            assert_eq!(progress.get(), whole);
        };
        check(&progress.part(0, 3), 50, 16);
        check(&progress.part(1, 3), 0, 33);
        check(&progress.part(1, 3).part(1, 2), 50, 58);
        check(&progress.part(2, 3), 100, 100);
        check(&progress.part(0, 0), 70, 70);
    }

    #[test]
    fn words_of_a_part_name_it_and_its_lines_are_kept_with_the_others() {
        let progress = Progress::default();
        progress.log("begun");
        let part = progress.file(1, 3);
        part.say("page 1 of 9");
        part.log("done");
        assert_eq!(progress.words().as_deref(), Some("file 2 of 3: page 1 of 9"));
        assert_eq!(progress.lines(), ["begun", "done"]);
        progress.file(0, 1).say("page 2 of 9");
        assert_eq!(progress.words().as_deref(), Some("page 2 of 9"));
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

    #[test]
    fn secrets_are_neither_said_nor_kept() {
        let secrets = ["a/b c", "a/b c d", ""].map(ToOwned::to_owned);
        let progress = Progress::hiding(secrets.into()).part(0, 2);
        progress.log("--password=a/b c d --owner=a/b c");
        progress.say("trying a/b c");
        assert_eq!(progress.lines(), ["--password=*** --owner=***"]);
        assert_eq!(progress.words().as_deref(), Some("trying ***"));
    }

    #[test]
    fn long_lines_are_cut_and_fewer_of_them_kept() {
        let progress = Progress::default();
        (0..100).for_each(|number| progress.log(&format!("{number}\u{1b}[1m{}", "é".repeat(600))));
        let lines = progress.lines();
        assert_eq!(lines[0].chars().count(), LONGEST_LINE);
        assert!(lines.concat().len() <= MOST_BYTES && lines.len() > 10, "{}", lines.len());
        assert!(lines[lines.len() - 1].starts_with("99[1mé"));
    }
}
