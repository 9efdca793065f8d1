//! Temporary.

#![expect(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod crowd;
mod errors;
mod expiry;
mod graph;
mod harness;
mod large;
mod tasks;
mod waiting;
