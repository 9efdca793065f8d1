//! The contract, the flows and the faults, on the embedded stack.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod flows;
mod harness;
mod imports;
mod layering;
mod process;
mod transitions;
mod twice;
