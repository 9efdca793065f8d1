//! The contract, the flows and the faults, on the embedded stack.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod browsers;
mod calls;
mod cancel;
mod crowd;
mod delete;
mod errors;
mod expiry;
mod faults;
mod flows;
mod graph;
mod harness;
mod imports;
mod large;
mod layering;
mod operations;
mod parameters;
mod prefixes;
mod process;
mod reach;
mod requests;
mod retry;
mod tasks;
mod tls;
mod transitions;
mod twice;
mod views;
mod waiting;
