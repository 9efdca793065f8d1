use std::cell::Cell;
use std::io::{self, Read};

use crate::ConversionError;

/// The most that an archive may become: 4 GiB.
const MOST_BYTES: u64 = 4 << 30;

/// How many times its size an archive may become, if that is over the least that any may.
const MOST_RATIO: u64 = 200;

/// What even the smallest archive may become: 64 MiB, which nobody is hurt by.
const LEAST_BYTES: u64 = 64 << 20;

/// The most entries of an archive.
const MOST_ENTRIES: u32 = 10_000;

/// What an archive may still become.
pub(super) struct Budget {
    bytes: Cell<u64>,
    entries: Cell<u32>,
    spent: Cell<bool>,
}

/// A reader of which not more can be read than is left.
pub(super) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl Budget {
    /// Returns what an archive of this length may become.
    pub(super) fn of(length: u64) -> Self {
        let bytes = length.saturating_mul(MOST_RATIO).clamp(LEAST_BYTES, MOST_BYTES);
        Self { bytes: bytes.into(), entries: MOST_ENTRIES.into(), spent: false.into() }
    }

    /// Counts an entry.
    pub(super) fn enter(&self) -> Result<(), ConversionError> {
        let left = self.entries.get().checked_sub(1);
        self.entries.set(left.ok_or_else(|| {
            ConversionError::TooLarge(format!("the archive has over {MOST_ENTRIES} entries"))
        })?);
        Ok(())
    }

    /// Returns a reader that fails once nothing is left.
    pub(super) fn meter<R: Read>(&self, inner: R) -> Metered<'_, R> {
        Metered { inner, budget: self }
    }

    /// Returns why reading failed: nothing is left, or else the archive is damaged.
    pub(super) fn error<E>(&self, _: E) -> ConversionError {
        if self.spent.get() {
            return ConversionError::TooLarge(format!(
                "the archive becomes over {} GiB, or over {MOST_RATIO} times its size",
                MOST_BYTES >> 30
            ));
        }
        ConversionError::invalid("the archive is damaged")
    }

    /// Returns why reading failed, if nothing is left; else the other reason.
    pub(super) fn or(&self, other: ConversionError) -> ConversionError {
        if self.spent.get() { self.error(other) } else { other }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(left) = self.budget.bytes.get().checked_sub(read as u64) else {
            self.budget.spent.set(true);
            return Err(io::Error::other("nothing is left"));
        };
        self.budget.bytes.set(left);
        Ok(read)
    }
}
