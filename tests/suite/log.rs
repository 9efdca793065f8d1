//! What the log of a whole job says, and what it must not.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{Event, OwnerId, Run};
use serde_json::{Value, json};
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber};

use crate::harness::{Receiver, World, bytes, picture_tasks, task, text};
use crate::tasks::raw;

/// What functions have written, for a test to read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns the one line that says so.
    #[track_caller]
    fn line(&self, holds: impl Fn(&Value) -> bool) -> Value {
        let all = self.lines();
        let found: Vec<_> = all.iter().filter(|line| holds(line)).collect();
        assert_eq!(found.len(), 1, "{found:?} of {all:?}");
        found[0].clone()
    }
}

/// Has what is done on this thread logged as functions do it, until what is returned beside it goes.
fn logged(world: &World) -> (Log, (DefaultGuard, Dispatch)) {
    let log = Log::default();
    let lines = telemetry::subscriber(&world.stack.environment, log.clone());
    let until = tracing::subscriber::set_default(lines);
    // Were there but one subscriber, tracing would ask none of a line that another test's thread comes to first, and
    // never again.
    (log, (until, Dispatch::new(NoSubscriber::new())))
}

// All that a world does is done on this one thread, to which the log belongs.
#[tokio::test]
async fn a_job_is_one_trace_and_tells_no_secret() {
    let receiver = Receiver::new().await;
    let host = receiver.host.clone();
    let world = World::with(|options| options.allow_hosts = host).await;
    let (log, logged) = logged(&world);

    let hook = receiver.url("/hook/for-nobody-else");
    let asked = json!({ "tasks": picture_tasks(), "webhook_url": hook });
    let job = world.post("/jobs", &asked).await.data();
    world.upload(task(&job, "import"), "patient.png", bytes("photo.png")).await;
    let job = world.ended(&job).await;
    let url = text(&task(&job, "export")["result"]["files"][0]["url"]).to_owned();
    world.download(&url).await;
    let told = world.until(async || receiver.messages().first().cloned()).await;
    world.until(async || log.text().contains("webhook tried").then_some(())).await;
    drop(logged);

    let trace = text(&job["id"]).replace('-', "");
    let of = |message: &'static str| move |line: &Value| line["message"] == message;
    let created =
        log.line(|line| line["route"] == "POST /v2/jobs" && line["message"] == "answered");
    assert_eq!((&created["status"], &created["trace"]), (&json!(201), &json!(trace)), "{created}");
    assert_eq!((&created["job"], created["owner"].is_string()), (&job["id"], true), "{created}");
    let convert = &task(&job, "convert")["id"];
    let ended = log.line(of("task ended"));
    let expect = (convert, &json!(trace), &json!("finished"), &json!("convert"));
    assert_eq!((&ended["task"], &ended["trace"], &ended["outcome"], &ended["operation"]), expect);
    assert_eq!(text(&ended["span"]).len(), 16, "{ended}");
    let given = log.line(|line| line["audit"] == "download");
    assert_eq!(given["task"], task(&job, "export")["id"], "{given}");
    assert_eq!(log.line(of("webhook tried"))["trace"], trace);
    let counted = log.line(|line| line["Tasks"] == 1);
    assert_eq!(counted["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Recast", "{counted}");
    assert_eq!(counted["Outcome"], "finished");

    let secret = url.split('/').nth_back(2).unwrap();
    let signature = told.header("cloudconvert-signature");
    let secrets = [&world.key, secret, signature, "X-Amz-", "for-nobody-else", "patient"];
    for secret in secrets {
        assert!(!log.text().contains(secret), "{secret} in {}", log.text());
    }
}

#[tokio::test]
async fn what_no_run_has_lived_to_tell_is_counted_once() {
    let world = World::with(|options| options.concurrency = 0).await;
    let (log, _logged) = logged(&world);
    let in_words = json!({ "input": "in", "operation": "convert", "output_format": "html" });
    let tasks = json!({ "in": raw("# Hello", "a.md"), "stopped": in_words, "lost": in_words });
    let job = world.create(tasks).await;
    let [stopped, lost] = ["stopped", "lost"].map(|name| text(&task(&job, name)["id"]));
    let run = Run { attempt: 0, nonce: "a".to_owned() };
    let at = world.clock.now();
    let claim = Event::Claim { run, at, deadline: at + Duration::from_secs(900) };
    let owner = OwnerId::parse("default").unwrap();
    world.store().apply(lost.parse().unwrap(), &owner, &claim).await.unwrap();
    let error = json!({ "Error": "Sandbox.Timedout", "Cause": "" });
    let event = json!({ "task": stopped, "owner": "default", "error": error });
    for _ in 0..2 {
        world.call("fail-task", event.clone()).await;
        world.clock.advance(Duration::from_mins(20));
        world.call("sweep", json!({})).await;
    }
    for (id, duration) in [(stopped, 0..=0), (lost, 900_000..=2_400_000)] {
        let ended = log.line(|line| line["message"] == "task ended" && line["task"] == id);
        assert_eq!((&ended["outcome"], &ended["owner"]), (&json!("TIMEOUT"), &json!("default")));
        assert!(duration.contains(&ended["duration_ms"].as_i64().unwrap()), "{ended}");
    }
    assert_eq!(log.lines().iter().filter(|line| line["Outcome"] == "TIMEOUT").count(), 2);
}
