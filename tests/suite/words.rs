//! What a task says of its work: while it is done, and what is left of that when it has ended.

use std::time::Duration;

use domain::{Code, Event, Failure, From, Output, OwnerId, Run, TaskId};
use serde_json::{Value, json};

use crate::harness::{World, task, text};
use crate::openapi::Document;
use crate::tasks::{convert, path, raw};

/// A task that nobody but the test works on.
struct Work {
    world: World,
    job: Value,
    task: Value,
    owner: OwnerId,
}

impl Work {
    /// Creates a job with a convert and claims that.
    async fn begun() -> Self {
        let world = World::with(|options| options.concurrency = 0).await;
        let tasks = json!({ "in": raw("# Hello", "a.md"), "to": convert("in", "html") });
        let job = world.create(tasks).await;
        let task = task(&job, "to").clone();
        let work = Self { world, job, task, owner: OwnerId::parse("default").unwrap() };
        let at = work.world.clock.now();
        let deadline = at + Duration::from_secs(900);
        work.apply(Event::Claim { run: run(), at, deadline }).await;
        work
    }

    fn id(&self) -> TaskId {
        text(&self.task["id"]).parse().unwrap()
    }

    async fn apply(&self, event: Event) {
        let outcome = self.world.store().apply(self.id(), &self.owner, &event).await.unwrap();
        assert!(matches!(outcome, store::Outcome::Applied(_)), "{outcome:?}");
    }

    async fn says(&self, percent: u8, words: Option<&str>) {
        assert!(self.world.store().progress(self.id(), &run(), (percent, words)).await.unwrap());
    }

    async fn finish(&self, output: Output) {
        let (from, at) = (From::Run(run()), self.world.clock.now());
        self.apply(Event::Finish { from, at, output }).await;
    }

    async fn fail(&self, failure: Failure) {
        let (from, at) = (From::Run(run()), self.world.clock.now());
        self.apply(Event::Fail { from, at, failure }).await;
    }

    async fn shown(&self, query: &str) -> Value {
        self.world.get(&format!("{}{query}", path(&self.task))).await.data()
    }
}

fn run() -> Run {
    Run { attempt: 0, nonce: "a".to_owned() }
}

fn lines() -> Vec<String> {
    ["Page 1.", "Page 2."].map(ToOwned::to_owned).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_the_message_until_the_task_has_finished() {
    let work = Work::begun().await;
    work.says(20, Some("page 2 of 10")).await;
    work.says(30, None).await;
    let shown = work.shown("").await;
    assert_eq!((&shown["percent"], &shown["message"]), (&json!(30), &json!("page 2 of 10")));
    work.finish(Output::default()).await;
    let shown = work.shown("").await;
    assert_eq!((&shown["percent"], &shown["message"]), (&json!(100), &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ending_that_has_something_to_say_replaces_them() {
    let work = Work::begun().await;
    work.says(20, Some("page 2 of 10")).await;
    let message = Some("Two pages were empty.".to_owned());
    work.finish(Output { message, ..Output::default() }).await;
    assert_eq!(work.shown("").await["message"], "Two pages were empty.");
    let work = Work::begun().await;
    work.says(20, Some("page 2 of 10")).await;
    work.fail(Failure::new(Code::PasswordRequired, "The password is wrong")).await;
    assert_eq!(work.shown("").await["message"], "The password is wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_said_is_shown_to_who_asks() {
    for fails in [false, true] {
        let work = Work::begun().await;
        if fails {
            let failure = Failure::new(Code::ConversionFailed, "It failed");
            work.fail(Failure { log: lines(), ..failure }).await;
        } else {
            work.finish(Output { log: lines(), ..Output::default() }).await;
        }
        assert!(work.shown("").await.get("logs").is_none());
        assert_eq!(work.shown("?include=logs").await["logs"], json!(lines()));
        let job = format!("/jobs/{}", text(&work.job["id"]));
        assert!(!work.world.get(&job).await.text.contains("Page 1."));
        let job = work.world.get(&format!("{job}?include=logs")).await.data();
        assert_eq!(task(&job, "to")["logs"], json!(lines()));
        assert_eq!(task(&job, "in")["logs"], json!([]));
        let listed = work.world.get("/tasks?include=logs&filter[operation]=convert").await.json();
        assert_eq!(listed["data"][0]["logs"], json!(lines()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_has_members_beside_its_files_or_without_any() {
    let work = Work::begun().await;
    let metadata = json!({ "metadata": { "Title": "a", "Pages": 2 } });
    let details = metadata.as_object().unwrap().clone();
    work.finish(Output { details: details.clone(), log: lines(), ..Output::default() }).await;
    assert_eq!(work.shown("").await["result"], metadata);
    let document = Document::of(&work.world).await;
    let shown = work.world.get(&format!("{}?include=logs", path(&work.task))).await;
    document.check("GET /tasks/{id}", &shown);

    let work = Work::begun().await;
    let name = domain::FileName::sanitize("a.html").unwrap();
    let (key, etag) = ("k".to_owned(), "e".to_owned());
    let files = domain::Files::Inline(vec![domain::File { name, size: 7, key, etag }]);
    work.finish(Output { files, details, ..Output::default() }).await;
    let files = json!([{ "filename": "a.html", "size": 7 }]);
    let expect = json!({ "files": files, "metadata": { "Title": "a", "Pages": 2 } });
    assert_eq!(work.shown("").await["result"], expect);
    document.check("GET /tasks/{id}", &work.world.get(&path(&work.task)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_without_anything_is_an_empty_list_of_files() {
    let work = Work::begun().await;
    work.finish(Output::default()).await;
    assert_eq!(work.shown("").await["result"], json!({ "files": [] }));
}
