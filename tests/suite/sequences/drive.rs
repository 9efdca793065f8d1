//! Does to a real job what is done to the model, as a client would that insists on an answer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::FutureExt;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::model::{Kind, Model, Node, Op, Shown, name, told};
use crate::harness::{Answer, Fault, World, task, text};

/// How long the service may take to come to what the model says.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often a client asks again that has no answer.
const INSISTENCE: usize = 8;

/// A job in the service.
pub(crate) struct Driver<'a> {
    world: &'a World,
    job: Value,
    /// The newest try of each task that was seen.
    ids: BTreeMap<String, String>,
    /// How tasks had ended when they were first seen to have.
    ends: BTreeMap<String, Value>,
    faulty: bool,
}

impl<'a> Driver<'a> {
    /// Creates the job of a graph.
    pub(crate) async fn create(world: &'a World, graph: &[Node], fault: Option<Fault>) -> Self {
        world.wire.reset();
        let tasks: Map<_, _> =
            graph.iter().enumerate().map(|(place, node)| (name(place), payload(node))).collect();
        let mut driver = Self {
            world,
            job: Value::Null,
            ids: BTreeMap::new(),
            ends: BTreeMap::new(),
            faulty: fault.is_some(),
        };
        fault.into_iter().for_each(|fault| world.wire.plan(fault));
        let answer = driver.insist(Method::POST, "/jobs", &json!({ "tasks": tasks })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        driver.job = answer.data();
        for task in driver.job["tasks"].as_array().unwrap() {
            driver.ids.insert(text(&task["name"]).to_owned(), text(&task["id"]).to_owned());
        }
        driver
    }

    /// Does to the job what an operation says; the model knows what must be answered.
    pub(crate) async fn apply(&mut self, op: &Op, model: &mut Model, fault: Option<Fault>) {
        self.world.wire.reset();
        self.faulty = fault.is_some();
        if matches!(op, Op::HalfDay | Op::Sweep) {
            self.quiet().await;
        }
        fault.into_iter().for_each(|fault| self.world.wire.plan(fault));
        if let Op::Both(one, other) = op {
            let (first, second) = futures::join!(self.act(one), self.act(other));
            let statuses = [told(one, first), told(other, second)];
            let ways = model.both(one, other).into_iter().filter(|(_, expect)| *expect == statuses);
            let ways: Vec<_> = ways.map(|(model, _)| model).collect();
            assert!(!ways.is_empty(), "{op:?} was answered {statuses:?}, which no order explains");
            // What is on its way must not be taken for what it comes to.
            self.quiet().await;
            *model = self.come_to_one(&ways, op).await;
        } else {
            let expect = model.apply(op);
            let status = self.act(op).await;
            assert!(status == expect || expect == 0, "{op:?} was answered {status}, not {expect}");
            self.come_to_one(std::slice::from_ref(model), op).await;
        }
        self.world.wire.reset();
    }

    async fn act(&self, op: &Op) -> u16 {
        match op {
            Op::Upload(node) => self.upload(*node).await,
            Op::Event(node) => self.event(*node).await,
            Op::Cancel(node) => self.task(Method::POST, *node, "/cancel").await,
            Op::Retry(node) => self.task(Method::POST, *node, "/retry").await,
            Op::Delete(node) => self.task(Method::DELETE, *node, "").await,
            Op::DeleteJob => {
                let path = format!("/jobs/{}", text(&self.job["id"]));
                self.insist(Method::DELETE, &path, &Value::Null).await.status
            }
            Op::Sweep => self.sweep(5).await,
            Op::HalfDay => self.sweep(12 * 60 + 1).await,
            Op::Both(..) => unreachable!("two at once are not three"),
        }
    }

    async fn sweep(&self, minutes: u64) -> u16 {
        self.world.sweep_after(minutes).await;
        0
    }

    async fn task(&self, method: Method, node: usize, action: &str) -> u16 {
        let path = format!("/tasks/{}{action}", self.ids[&name(node)]);
        self.insist(method, &path, &Value::Null).await.status
    }

    /// Posts to the form of the newest try; when that has none any more, to that of the first, which
    /// is too late.
    async fn upload(&self, node: usize) -> u16 {
        let path = format!("/tasks/{}", self.ids[&name(node)]);
        let newest = self.insist(Method::GET, &path, &Value::Null).await.json()["data"].clone();
        let first = task(&self.job, &name(node)).clone();
        let waits = |task: &Value| task["result"]["form"].is_object();
        if let Some(task) = [newest, first].into_iter().find(waits) {
            assert_eq!(self.world.upload(&task, "text.md", b"# Hello".to_vec()).await, 201);
        }
        0
    }

    async fn event(&self, node: usize) -> u16 {
        let key = format!("uploads/{}/text.md", text(&task(&self.job, &name(node))["id"]));
        let event = json!({ "Records": [{ "s3": { "object": { "key": key } } }] });
        let deliver = self.world.stack.deliver("receive-upload", event);
        drop(std::panic::AssertUnwindSafe(deliver).catch_unwind().await);
        0
    }

    /// Asks until there is an answer; the key makes one effect of what is asked twice.
    async fn insist(&self, method: Method, path: &str, body: &Value) -> Answer {
        let key = ambient::Entropy.hex::<8>();
        let mut begun = false;
        for _ in 0..INSISTENCE {
            let answer = self.world.try_send(method.clone(), path, &key, body).await;
            match answer {
                // What was deleted by a request whose answer was lost is not there the second time.
                Some(answer) if answer.status == 404 && begun && method == Method::DELETE => {
                    return Answer { status: 204, ..answer };
                }
                Some(answer) if ![429, 503].contains(&answer.status) => return answer,
                Some(_) | None => begun = true,
            }
            self.world.clock.advance(Duration::from_secs(1));
        }
        panic!("{path} was not answered");
    }

    /// Waits until the service shows what one of the models says, and returns that one.
    async fn come_to_one(&mut self, models: &[Model], op: &Op) -> Model {
        let begun = Instant::now();
        let mut looks = 0;
        loop {
            let shown = self.look().await;
            if let Some(found) = models.iter().find(|model| model.shown() == shown) {
                return found.clone();
            }
            let expect: Vec<_> = models.iter().map(Model::shown).collect();
            assert!(begun.elapsed() < PATIENCE, "after {op:?}: {shown:?}, not {expect:?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
            looks += 1;
            // Who was throttled backs off, and what died is found by the sweep.
            if self.faulty && looks % 5 == 0 {
                self.world.clock.advance(Duration::from_secs(5));
            }
            if self.faulty && looks % 50 == 0 {
                self.world.sweep_after(3).await;
            }
        }
    }

    /// Looks at the job as it is shown, and at what had ended before: nothing may change after that.
    async fn look(&mut self) -> Shown {
        let path = format!("/jobs/{}", text(&self.job["id"]));
        let answer = self.insist(Method::GET, &path, &Value::Null).await;
        if answer.status == 404 {
            return self.left().await;
        }
        let job = answer.data();
        let mut shown = BTreeMap::new();
        for task in job["tasks"].as_array().unwrap() {
            self.note(task);
            let word = |field: &str| task[field].as_str().unwrap_or("-").to_owned();
            shown.insert(word("name"), (word("status"), word("code")));
        }
        Some((text(&job["status"]).to_owned(), shown))
    }

    /// Returns what is left of a job that is not there any more: nothing, once it is settled.
    async fn left(&self) -> Shown {
        let mut left = BTreeMap::new();
        for (name, id) in &self.ids {
            let path = format!("/tasks/{id}");
            if self.insist(Method::GET, &path, &Value::Null).await.status != 404 {
                left.insert(name.clone(), ("left".to_owned(), "-".to_owned()));
            }
        }
        (!left.is_empty()).then(|| ("left".to_owned(), left))
    }

    fn note(&mut self, task: &Value) {
        let id = text(&task["id"]).to_owned();
        self.ids.insert(text(&task["name"]).to_owned(), id.clone());
        if task["ended_at"].is_null() {
            assert!(!self.ends.contains_key(&id), "{task} had ended");
            return;
        }
        let before = self.ends.entry(id).or_insert_with(|| task.clone());
        assert_eq!(before, task, "it changed after its end");
    }

    /// Waits until nothing runs and nobody works.
    pub(crate) async fn quiet(&self) {
        let begun = Instant::now();
        while self.world.stack.states.open_executions() > 0 || !self.world.stack.is_idle() {
            assert!(begun.elapsed() < PATIENCE, "something still runs");
            tokio::time::sleep(Duration::from_millis(2)).await;
            self.world.clock.advance(Duration::from_millis(200));
        }
    }

    /// Lets two days pass: then there is nothing left, in the table or in the bucket.
    pub(crate) async fn finish(self) {
        self.quiet().await;
        self.world.two_days_pass().await;
        assert_eq!((self.world.rows().await, self.world.objects().await), Default::default());
    }
}

fn payload(node: &Node) -> Value {
    let inputs: Vec<_> = node.inputs.iter().map(|input| name(*input)).collect();
    let mut payload = match node.kind {
        Kind::Raw => json!({ "operation": "import/raw", "file": "# Hello", "filename": "text.md" }),
        Kind::Upload => json!({ "operation": "import/upload" }),
        Kind::Convert => json!({ "operation": "convert", "output_format": "html" }),
        Kind::Export => json!({ "operation": "export/url" }),
        Kind::Archive => json!({ "operation": "export/url", "archive_multiple_files": true }),
    };
    payload["ignore_error"] = node.ignore_error.into();
    if !inputs.is_empty() {
        payload["input"] = inputs.into();
    }
    payload
}
