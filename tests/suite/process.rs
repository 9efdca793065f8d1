//! The service as a process: killed in the middle, it takes up what was running.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{bytes, download, http, picture_tasks, task, text, upload_body};

/// A running `recast serve`, killed when it goes out of sight.
pub(crate) struct Service {
    child: Child,
    pub(crate) endpoints: Value,
    http: reqwest::Client,
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Service {
    async fn start(data: &Path) -> Self {
        Self::start_with(data, &[]).await
    }

    pub(crate) async fn start_with(data: &Path, more: &[&str]) -> Self {
        Self::start_on(data, "".as_ref(), more).await
    }

    /// Starts it with programs to be found on a path.
    pub(crate) async fn start_on(data: &Path, path: &OsStr, more: &[&str]) -> Self {
        let before = std::fs::read(data.join("endpoints.json")).ok();
        let mut command = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
        command.args(["serve", "--port", "0", "--sync-port", "0", "--data"]).arg(data).args(more);
        command.env("PATH", path).stdout(Stdio::null());
        let mut service =
            Self { child: command.spawn().unwrap(), endpoints: Value::Null, http: http() };
        let begun = Instant::now();
        while service.endpoints.is_null() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it never answered");
            tokio::time::sleep(Duration::from_millis(20)).await;
            let found = std::fs::read(data.join("endpoints.json")).ok();
            if let Some(found) = found.filter(|found| Some(found) != before.as_ref()) {
                service.endpoints = serde_json::from_slice(&found).unwrap();
            }
        }
        service
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", text(&self.endpoints["api"]))
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.bearer_auth(text(&self.endpoints["api_key"]))
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.authorized(self.http.get(self.url(path)));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Asks for a job with these tasks and returns the answer.
    pub(crate) async fn post(&self, tasks: &Value) -> Value {
        let request = self.authorized(self.http.post(self.url("/jobs")));
        let answer = request.json(&json!({ "tasks": tasks })).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Waits for a job's end and returns it.
    pub(crate) async fn ended(&self, job: &Value) -> Value {
        let path = format!("/jobs/{}/wait", text(&job["id"]));
        self.get(&path).await["data"].clone()
    }

    pub(crate) async fn download(&self, url: &str) -> String {
        String::from_utf8(download(&self.http, url).await).unwrap()
    }

    async fn create(&self) -> Option<Value> {
        let request =
            self.http.post(self.url("/jobs")).bearer_auth(text(&self.endpoints["api_key"]));
        let body = json!({ "tasks": picture_tasks() });
        let answer: Value = request.json(&body).send().await.ok()?.json().await.ok()?;
        let job = answer["data"].clone();
        let form = &task(&job, "import")["result"]["form"];
        let post = self.http.post(text(&form["url"]));
        let post = post.multipart(upload_body(form, "photo.png", bytes("photo.png")));
        let uploaded = post.send().await.ok()?.status() == 201;
        uploaded.then_some(job)
    }

    async fn show(&self, job: &Value) -> reqwest::Response {
        let show = self.http.get(self.url(&format!("/jobs/{}", text(&job["id"]))));
        show.bearer_auth(text(&self.endpoints["api_key"])).send().await.unwrap()
    }

    async fn status(&self, job: &Value) -> Value {
        self.show(job).await.json::<Value>().await.unwrap()["data"]["status"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_service_takes_up_what_was_running() {
    let data = tempfile::tempdir().unwrap();
    let mut jobs = Vec::new();
    for _ in 0..2 {
        let service = Service::start(data.path()).await;
        for _ in 0..8 {
            jobs.extend(service.create().await);
        }
    }
    assert_eq!(jobs.len(), 16);
    let service = Service::start(data.path()).await;
    let begun = Instant::now();
    for job in &jobs {
        while service.status(job).await != "finished" {
            assert!(begun.elapsed() < Duration::from_secs(240), "{}", service.status(job).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_a_day_before_an_offset_clock_is_gone() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path()).await;
    let job = service.create().await.unwrap();
    let begun = Instant::now();
    while service.status(&job).await != "finished" {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never ended");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(service);
    let service = Service::start_with(data.path(), &["--clock-offset", "23h"]).await;
    assert_eq!(service.status(&job).await, "finished");
    drop(service);
    let service = Service::start_with(data.path(), &["--clock-offset", "25h"]).await;
    assert_eq!(service.show(&job).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_are_written_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    let service = Service::start_with(data.path(), &["--tls", "--tls-port", "0"]).await;
    let mode = std::fs::metadata(data.path().join("endpoints.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(text(&service.endpoints["tls"]).starts_with("https://localhost:"));
    let certificate = std::fs::read_to_string(text(&service.endpoints["ca"])).unwrap();
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"), "{certificate}");
    assert_eq!(service.endpoints["aws"]["settings"]["RECAST_TABLE"], "recast");
}
