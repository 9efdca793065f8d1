//! The contract, the flows and the faults, on the embedded stack.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod browsers;
mod calls;
mod cancel;
mod clients;
mod contract;
mod cost;
mod crowd;
mod delete;
mod errors;
mod expiry;
mod faults;
mod flows;
mod graph;
mod harness;
mod imports;
mod include;
mod isolation;
mod keys;
mod large;
mod layering;
mod limits;
mod lists;
mod once;
mod openapi;
mod operations;
mod parameters;
mod plan;
mod prefixes;
mod process;
mod reach;
mod requests;
mod retry;
mod sequences;
mod table;
mod tasks;
mod tls;
mod transitions;
mod twice;
mod views;
mod waiting;
mod webhook_faults;
mod webhook_tries;
mod webhooks;
