//! Reading how far a program is from what it says.

use std::sync::atomic::{AtomicU64, Ordering};

use super::raw;
use crate::Progress;
use crate::process::Listener;

/// Listens to a program.
pub(super) struct Telling {
    kind: Option<raw::Progress>,
    progress: Progress,
    /// How many pages or milliseconds there are; 0 until it is known.
    total: AtomicU64,
}

impl Telling {
    pub(super) fn new(kind: Option<raw::Progress>, progress: Progress) -> Self {
        Self { kind, progress, total: AtomicU64::new(0) }
    }

    fn percent(&self, line: &str) -> Option<()> {
        let (before, _) = line.split_once('%')?;
        let percent = before.split_whitespace().next_back()?.parse::<f64>().ok()?;
        self.progress.set((percent.clamp(0.0, 95.0)) as u8);
        Some(())
    }

    fn page(&self, line: &str) -> Option<()> {
        if let Some(rest) = line.strip_prefix("Processing pages ") {
            let last = rest.trim_end_matches('.').rsplit(' ').next()?;
            self.total.store(last.parse().ok()?, Ordering::Relaxed);
        }
        let page = line.strip_prefix("Page ")?.trim().parse().ok()?;
        let total = self.at(page)?;
        self.progress.say(format!("page {page} of {total}"));
        Some(())
    }

    fn time(&self, line: &str) -> Option<()> {
        if let Some(rest) = line.trim_start().strip_prefix("Duration: ") {
            // Of several files, the first is the one that is converted.
            let length = milliseconds(rest.split(',').next()?)?;
            let _ = self.total.compare_exchange(0, length, Ordering::Relaxed, Ordering::Relaxed);
        }
        let at = line.strip_prefix("out_time_us=")?.trim().parse::<u64>().ok()? / 1_000;
        let total = self.at(at)?;
        self.progress.say(format!("{} of {} seconds", at.min(total) / 1_000, total / 1_000));
        Some(())
    }

    fn at(&self, done: u64) -> Option<u64> {
        let total = Some(self.total.load(Ordering::Relaxed)).filter(|total| *total > 0)?;
        self.progress.set(u8::try_from(done.saturating_mul(95) / total).unwrap_or(95).min(95));
        Some(total)
    }
}

impl Listener for Telling {
    /// A line that says nothing of it changes nothing.
    fn hear(&self, line: &str) {
        let _ = match self.kind {
            Some(raw::Progress::Percent) => self.percent(line),
            Some(raw::Progress::Pages) => self.page(line),
            Some(raw::Progress::Time) => self.time(line),
            None => None,
        };
    }
}

/// Reads `00:01:20.05`.
fn milliseconds(time: &str) -> Option<u64> {
    let mut parts = time.trim().split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = hours.parse::<u64>().ok()? * 3_600 + minutes.parse::<u64>().ok()? * 60;
    Some(whole * 1_000 + (seconds.parse::<f64>().ok()? * 1_000.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: raw::Progress, lines: &[&str], percent: u8, words: Option<&str>) {
        let progress = Progress::default();
        let telling = Telling::new(Some(kind), progress.clone());
        lines.iter().for_each(|line| telling.hear(line));
        assert_eq!((progress.get(), progress.words().as_deref()), (percent, words));
    }

    #[test]
    fn programs_say_how_far_they_are() {
        check(raw::Progress::Percent, &["34% Running transforms on e-book"], 34, None);
        check(raw::Progress::Percent, &["no number %", "100%"], 95, None);
        let pages = ["Processing pages 1 through 8.", "Page 1", "Page 4"];
        check(raw::Progress::Pages, &pages, 47, Some("page 4 of 8"));
        check(raw::Progress::Pages, &["Page 4"], 0, None);
        let time = ["  Duration: 00:01:20.50, start: 0", "out_time_us=12000000", "speed=2x"];
        check(raw::Progress::Time, &time, 14, Some("12 of 80 seconds"));
        check(raw::Progress::Time, &["Duration: N/A, start", "out_time_us=N/A"], 0, None);
    }
}
