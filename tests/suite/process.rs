//! The service as a process: killed in the middle, it takes up what was running.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Answer, Api, bytes, picture_tasks, task, text, upload_body};

/// A running `recast serve`, killed when it goes out of sight.
pub(crate) struct Service {
    pub(crate) endpoints: Value,
    api: Api,
    _running: Running,
}

/// A process that ends with whoever started it.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Returns a port that was free a moment ago, for programs that are told theirs.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Deref for Service {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
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
        let running = Running(command.spawn().unwrap());
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < Duration::from_secs(30), "it never answered");
            tokio::time::sleep(Duration::from_millis(20)).await;
            let found = std::fs::read(data.join("endpoints.json")).ok();
            if let Some(found) = found.filter(|found| Some(found) != before.as_ref()) {
                return Self::at(serde_json::from_slice(&found).unwrap(), running);
            }
        }
    }

    fn at(endpoints: Value, running: Running) -> Self {
        let [api, sync, key] = ["api", "sync", "api_key"].map(|name| text(&endpoints[name]));
        let api = Api::new(api, sync, key);
        Self { endpoints, api, _running: running }
    }

    /// Creates a job with a picture, if the service lives long enough.
    async fn try_create(&self) -> Option<Value> {
        let created = self.try_post("/jobs", &json!({ "tasks": picture_tasks() })).await?;
        let job = created.json()["data"].clone();
        let form = &task(&job, "import")["result"]["form"];
        let post = self.http.post(text(&form["url"]));
        let post = post.multipart(upload_body(form, "photo.png", bytes("photo.png")));
        let uploaded = post.send().await.ok()?.status() == 201;
        uploaded.then_some(job)
    }

    async fn show(&self, job: &Value) -> Answer {
        self.get(&format!("/jobs/{}", text(&job["id"]))).await
    }

    async fn status(&self, job: &Value) -> Value {
        self.show(job).await.json()["data"]["status"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_service_takes_up_what_was_running() {
    let data = tempfile::tempdir().unwrap();
    let mut jobs = Vec::new();
    for _ in 0..2 {
        let service = Service::start(data.path()).await;
        for _ in 0..8 {
            jobs.extend(service.try_create().await);
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
    let job = service.try_create().await.unwrap();
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
    assert_eq!(service.show(&job).await.status, 404);
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
