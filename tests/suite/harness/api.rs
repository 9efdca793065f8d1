use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{self, Answer};
use super::{bytes, picture_tasks, task, text};

/// A client of an API, wherever that is: on the embedded stack, behind `recast serve`, or deployed.
pub(crate) struct Api {
    /// The address that paths of the API begin with.
    pub(crate) base: String,
    /// The same for the synchronous host.
    pub(crate) sync: String,
    /// The owner's key.
    pub(crate) key: String,
    pub(crate) http: reqwest::Client,
}

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

impl Api {
    /// Becomes a client of what `endpoints.json` tells of.
    pub(crate) fn new(base: &str, sync: &str, key: &str) -> Self {
        let own = ToOwned::to_owned;
        Self { base: own(base), sync: own(sync), key: own(key), http: client::http() }
    }

    /// Sends a request with the owner's key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.expect("an answer")
    }

    /// Sends a request with the owner's key to a service that may die of it.
    pub(crate) async fn try_get(&self, path: &str) -> Option<Answer> {
        let request = self.http.get(format!("{}{path}", self.base));
        let response = request.bearer_auth(&self.key).send().await.ok()?;
        Some(Answer::of(response).await)
    }

    /// Sends a request with the owner's key to the synchronous host.
    pub(crate) async fn get_sync(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.sync));
        Answer::of(request.bearer_auth(&self.key).send().await.expect("an answer")).await
    }

    /// Sends a request with the owner's key.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_post(path, body).await.expect("an answer")
    }

    /// Sends a request with the owner's key to a service that may die of it.
    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        let response = request.bearer_auth(&self.key).send().await.ok()?;
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
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = if body.is_null() { request } else { request.json(body) };
        let sent = request.bearer_auth(&self.key).send();
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
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = if body.is_null() { request } else { request.json(body) };
        let request = request.header("idempotency-key", key);
        let sent = request.bearer_auth(&self.key).send().await.ok()?;
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
        self.ended_within(PATIENCE, &format!("/jobs/{}", text(&job["id"]))).await
    }

    /// Waits until a task has ended and returns it.
    pub(crate) async fn ended_task(&self, task: &Value) -> Value {
        self.ended_within(PATIENCE, &format!("/tasks/{}", text(&task["id"]))).await
    }

    /// Waits so long until what a path names has ended and returns it.
    pub(crate) async fn ended_within(&self, patience: Duration, path: &str) -> Value {
        self.until_within(patience, async || {
            let seen = self.get(path).await.data();
            (!seen["ended_at"].is_null()).then_some(seen)
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
        self.until_within(PATIENCE, look).await
    }

    async fn until_within<T>(&self, patience: Duration, look: impl AsyncFn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(begun.elapsed() < patience, "it never came");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Creates an upload → convert → export job, posts a picture, and returns the job.
    pub(crate) async fn picture_job(&self) -> Value {
        let job = self.create(picture_tasks()).await;
        assert_eq!(self.upload(task(&job, "import"), "photo.png", bytes("photo.png")).await, 201);
        job
    }
}
