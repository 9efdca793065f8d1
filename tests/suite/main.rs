//! The contract, the flows and the faults, on the embedded stack.

#![expect(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod faults;
mod flows;
mod harness;
mod process;
mod transitions;
mod twice;
