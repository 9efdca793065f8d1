//! The `recast` command and, as a module of it, the embedded stack.

mod cli;
pub mod stack;

pub use cli::main;
