use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use ambient::Clock;
use engines::{Catalogue, Limits};
use futures::FutureExt;
use recast::stack::{Data, Options, Stack};
use serde_json::{Value, json};
use settle::Settler;
use tempfile::TempDir;

use super::client::{self, Answer};
use super::{Wire, bytes};
use crate::permissions::remember;

/// A stack with its clock, its wire to AWS and a client of its API.
pub(crate) struct World {
    pub(crate) stack: Stack,
    pub(crate) clock: Clock,
    pub(crate) wire: Wire,
    pub(crate) http: reqwest::Client,
    _directory: TempDir,
}

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

impl Drop for World {
    fn drop(&mut self) {
        remember(&self.stack);
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
        Self { stack, clock, wire, http: client::http(), _directory: directory }
    }

    /// Sends a request with the owner's key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.expect("an answer")
    }

    /// Sends a request with the owner's key to a service that may die of it.
    pub(crate) async fn try_get(&self, path: &str) -> Option<Answer> {
        let request = self.http.get(format!("{}{path}", self.stack.endpoints.api));
        let response = request.bearer_auth(&self.stack.endpoints.api_key).send().await.ok()?;
        Some(Answer::of(response).await)
    }

    /// Sends a request with the owner's key to the synchronous host.
    pub(crate) async fn get_sync(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.stack.endpoints.sync));
        Answer::of(
            request.bearer_auth(&self.stack.endpoints.api_key).send().await.expect("an answer"),
        )
        .await
    }

    /// Sends a request with the owner's key.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_post(path, body).await.expect("an answer")
    }

    /// Sends a request with the owner's key to a service that may die of it.
    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        let request = self.http.post(format!("{}{path}", self.stack.endpoints.api)).json(body);
        let response = request.bearer_auth(&self.stack.endpoints.api_key).send().await.ok()?;
        Some(Answer::of(response).await)
    }

    /// Sends a request with the owner's key and headers.
    pub(crate) async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.stack.endpoints.api));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = if body.is_null() { request } else { request.json(body) };
        let sent = request.bearer_auth(&self.stack.endpoints.api_key).send();
        Answer::of(sent.await.expect("an answer")).await
    }

    /// Sends a request that is to have its effect once to a service that may die of it.
    pub(crate) async fn try_send(
        &self,
        method: reqwest::Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Option<Answer> {
        let request = self.http.request(method, format!("{}{path}", self.stack.endpoints.api));
        let request = if body.is_null() { request } else { request.json(body) };
        let request = request.header("idempotency-key", key);
        let sent = request.bearer_auth(&self.stack.endpoints.api_key).send().await.ok()?;
        Some(Answer::of(sent).await)
    }

    /// Deletes what a path names.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(reqwest::Method::DELETE, path, &[], &Value::Null).await
    }

    /// Creates a job and returns it.
    pub(crate) async fn create(&self, tasks: Value) -> Value {
        let answer = self.post("/jobs", &json!({ "tasks": tasks })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.data()
    }

    /// Posts a file to the form of an upload and returns the status.
    pub(crate) async fn upload(&self, task: &Value, name: &str, bytes: Vec<u8>) -> u16 {
        let form = &task["result"]["form"];
        let url = form["url"].as_str().unwrap_or_else(|| panic!("a form in {task}"));
        let post = self.http.post(url).multipart(client::upload(form, name, bytes));
        post.send().await.expect("an answer").status().as_u16()
    }

    /// Fetches an address as a browser would, redirections followed.
    pub(crate) async fn download(&self, url: &str) -> Vec<u8> {
        client::download(&self.http, url).await
    }

    /// Waits until a job has ended and returns it.
    pub(crate) async fn ended(&self, job: &Value) -> Value {
        let path = format!("/jobs/{}", text(&job["id"]));
        self.until(async || {
            let job = self.get(&path).await.data();
            (!job["ended_at"].is_null()).then_some(job)
        })
        .await
    }

    /// Waits until a task has ended and returns it.
    pub(crate) async fn ended_task(&self, task: &Value) -> Value {
        let path = format!("/tasks/{}", text(&task["id"]));
        self.until(async || {
            let task = self.get(&path).await.data();
            (!task["ended_at"].is_null()).then_some(task)
        })
        .await
    }

    /// Waits until a task is worked on.
    pub(crate) async fn at_work(&self, task: &Value) {
        let path = format!("/tasks/{}", text(&task["id"]));
        self.until(async || (self.get(&path).await.data()["status"] == "processing").then_some(()))
            .await
    }

    /// Looks until there is something to see.
    pub(crate) async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "it never came");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Moves the clock on and lets the sweep come.
    pub(crate) async fn sweep_after(&self, minutes: u64) {
        self.clock.advance(Duration::from_mins(minutes));
        // A sweep may be the one to die of a fault: the next comes all the same.
        drop(AssertUnwindSafe(self.stack.deliver("sweep", json!({}))).catch_unwind().await);
    }

    /// Creates an upload → convert → export job, posts a picture, and returns the job.
    pub(crate) async fn picture_job(&self) -> Value {
        let job = self.create(picture_tasks()).await;
        assert_eq!(self.upload(task(&job, "import"), "photo.png", bytes("photo.png")).await, 201);
        job
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
