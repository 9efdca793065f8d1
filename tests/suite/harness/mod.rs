//! A stack of its own for each test, and a client of its API.

mod api;
mod client;
mod gate;
mod inventory;
mod receiver;
mod wire;
mod world;

pub(crate) use api::Api;
pub(crate) use client::{Answer, http, trusting, upload as upload_body};
pub(crate) use gate::Gate;
pub(crate) use receiver::{Message, Receiver};
pub(crate) use wire::{Fault, Kind, Wire};
pub(crate) use world::{World, here, isolated, picture_tasks, task, text};

use std::path::PathBuf;

/// Returns a file of `tests/files`.
pub(crate) fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("files").join(name)
}

/// Returns the content of a file of `tests/files`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(file(name)).expect("a file of tests/files")
}

/// Says whether a program is missing, which is an error where everything must be there.
pub(crate) fn missing(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(program).is_file());
    absent(program, found)
}

/// Says that something was not found, which is an error where everything must be there.
pub(crate) fn absent(what: &str, found: bool) -> bool {
    if !found {
        assert!(std::env::var_os("RECAST_REQUIRE_ALL").is_none(), "{what} is required");
        eprintln!("skipped: {what} not found");
    }
    !found
}

/// Returns the path that a variable names; a test that has none is skipped, or fails if everything is required.
pub(crate) fn named(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if absent(variable, path.is_some()) { None } else { path }
}
