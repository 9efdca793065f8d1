//! Temporary.

#![expect(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod harness;
mod graph;
