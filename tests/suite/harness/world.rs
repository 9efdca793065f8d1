use std::ops::Deref;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use ambient::Clock;
use engines::{Catalogue, Limits};
use futures::FutureExt;
use recast::stack::{Data, Options, Stack};
use serde_json::{Value, json};
use settle::Settler;
use tempfile::TempDir;

use super::{Api, Wire};
use crate::permissions::remember;

/// A stack with its clock, its wire to AWS and a client of its API.
pub(crate) struct World {
    pub(crate) stack: Stack,
    pub(crate) clock: Clock,
    pub(crate) wire: Wire,
    api: Api,
    _directory: TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        remember(&self.stack);
    }
}

impl Deref for World {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl World {
    /// Starts a stack whose sweep comes only when the test says so.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts a stack with other options.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let (clock, wire) = (Clock::system(), Wire::new());
        let data = Data::passing(directory.path()).expect("a directory of our own");
        let mut options = Options::new(data, isolated(Catalogue::embedded()));
        (options.clock, options.http, options.sweep) = (clock.clone(), wire.client(), false);
        // Only tests of the limit itself make so few requests that they count.
        options.parameters.insert("RequestsPerMinute".to_owned(), "0".to_owned());
        change(&mut options);
        let stack = Stack::start(options).await.expect("a stack");
        wire.reset();
        let endpoints = &stack.endpoints;
        let api = Api::new(&endpoints.api, &endpoints.sync, &endpoints.api_key);
        Self { stack, clock, wire, api, _directory: directory }
    }

    /// Moves the clock on and lets the sweep come.
    pub(crate) async fn sweep_after(&self, minutes: u64) {
        self.clock.advance(Duration::from_mins(minutes));
        // A sweep may be the one to die of a fault: the next comes all the same.
        drop(AssertUnwindSafe(self.stack.deliver("sweep", json!({}))).catch_unwind().await);
    }

    /// Returns what the stack's own functions settle with.
    pub(crate) fn settler(&self) -> Settler {
        Settler::new(&self.stack.environment).expect("settings")
    }
}

/// Returns the catalogue of this machine's programs, which are asked once for all tests.
pub(crate) async fn here() -> Catalogue {
    static HERE: tokio::sync::OnceCell<Catalogue> = tokio::sync::OnceCell::const_new();
    let probe = async || Catalogue::probe(&std::env::var_os("PATH").unwrap_or_default()).await;
    HERE.get_or_init(probe).await.clone()
}

/// Has conversions done in processes of their own, as the command does.
pub(crate) fn isolated(catalogue: Catalogue) -> Catalogue {
    catalogue.isolated(env!("CARGO_BIN_EXE_recast-under-test").into(), Limits::default())
}

/// The job of every example.
pub(crate) fn picture_tasks() -> Value {
    json!({
        "import": { "operation": "import/upload" },
        "convert": { "operation": "convert", "input": "import", "output_format": "webp" },
        "export": { "operation": "export/url", "input": "convert" },
    })
}

/// Returns a job's task of that name.
#[track_caller]
pub(crate) fn task<'a>(job: &'a Value, name: &str) -> &'a Value {
    let tasks = job["tasks"].as_array().expect("tasks");
    tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("{name} in {job}"))
}

/// Returns a text.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}"))
}
