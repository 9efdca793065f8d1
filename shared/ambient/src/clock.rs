use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A clock that runs with the system's, at a distance that can be moved.
///
/// Clones share the distance: whoever sleeps on one wakes when another is moved past its time.
#[derive(Clone, Debug)]
pub struct Clock {
    offset: watch::Sender<SignedDuration>,
}

impl Clock {
    /// Returns the system's own time.
    #[must_use]
    pub fn system() -> Self {
        Self::offset(SignedDuration::ZERO)
    }

    /// Returns a clock that is `offset` ahead of the system's.
    #[must_use]
    pub fn offset(offset: SignedDuration) -> Self {
        Self { offset: watch::Sender::new(offset) }
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.after(*self.offset.borrow())
    }

    /// Moves this clock and all its clones forward.
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.offset.send_modify(|offset| *offset = offset.saturating_add(by));
    }

    /// Waits until the clock has run, or was moved, `duration` further.
    pub async fn sleep(&self, duration: Duration) {
        let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let end = self.now().saturating_add(duration).unwrap_or(Timestamp::MAX);
        self.sleep_until(end).await;
    }

    /// Waits until the clock shows `end`.
    pub async fn sleep_until(&self, end: Timestamp) {
        let mut moved = self.offset.subscribe();
        loop {
            let offset = *moved.borrow_and_update();
            let left = end.duration_since(self.after(offset));
            let Ok(left) = Duration::try_from(left) else { return };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn after(&self, offset: SignedDuration) -> Timestamp {
        Timestamp::now().saturating_add(offset).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn moving_the_clock_wakes_who_sleeps() {
        let clock = Clock::system();
        let sleeper = clock.clone();
        let sleep = tokio::spawn(async move { sleeper.sleep(Duration::from_hours(24)).await });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_hours(25));
        sleep.await.expect("the sleeper wakes");
    }

    #[test]
    fn an_offset_clock_is_ahead_of_the_systems() {
        let ahead = Clock::offset(SignedDuration::from_hours(1)).now();
        let left = ahead.duration_since(Clock::system().now());
        assert!(left > SignedDuration::from_mins(59), "{left}");
    }
}
