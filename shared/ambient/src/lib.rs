//! What a program cannot compute: the time and randomness.
//!
//! A `main.rs` makes one of each and hands it down; no other room reads the system's clock or its
//! source of random bytes, so that time is a test's to move.

mod clock;
mod entropy;

pub use clock::Clock;
pub use entropy::Entropy;
