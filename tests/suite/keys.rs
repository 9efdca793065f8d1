//! Keys and owners by the command line, against a stack that another process runs.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};
use std::time::Duration;

use domain::{JobId, OwnerId};
use engines::Catalogue;
use recast::stack::{Data, Options, Stack};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Answer, Gate, World, bytes, picture_tasks, task, text};

/// A stack that has said where it is, and a client of it.
struct Served {
    world: World,
    directory: TempDir,
}

impl Served {
    async fn start() -> Self {
        Self::allowing("").await
    }

    async fn allowing(hosts: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = Data::open(directory.path()).unwrap();
        let allow_hosts = hosts.to_owned();
        let change = |options: &mut Options| {
            (options.data, options.allow_hosts) = (data, allow_hosts);
        };
        let world = World::with(change).await;
        world.stack.publish().unwrap();
        Self { world, directory }
    }

    /// Runs the command on the stack's directory.
    async fn recast(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
        command.args(arguments).arg("--data").arg(self.directory.path());
        run(command).await
    }

    async fn create(&self, more: &[&str]) -> Value {
        said(&self.recast(&[&["keys", "create", "--json"], more].concat()).await)
    }

    async fn ids(&self, owner: &str) -> Vec<Value> {
        let listed = said(&self.recast(&["keys", "list", "--json", "--owner", owner]).await);
        listed.as_array().unwrap().iter().map(|key| key["id"].clone()).collect()
    }

    /// Returns what a key is answered when it asks who its owner is.
    async fn me(&self, key: &Value) -> (u16, Value) {
        let answer = self.send(reqwest::Method::GET, "/users/me", key, &Value::Null).await;
        (answer.status, answer.json()["data"]["username"].clone())
    }

    async fn send(&self, method: reqwest::Method, path: &str, key: &Value, body: &Value) -> Answer {
        let url = format!("{}{path}", self.world.stack.endpoints.api);
        let request = self.world.http.request(method, url).bearer_auth(text(&key["key"]));
        Answer::of(request.json(body).send().await.unwrap()).await
    }

    async fn post(&self, path: &str, key: &Value, body: Value) -> Answer {
        self.send(reqwest::Method::POST, path, key, &body).await
    }

    /// Has an owner's job done, and leaves another and two single tasks waiting.
    async fn work(&self, key: &Value) {
        for _ in 0..2 {
            assert_eq!(self.post("/import/upload", key, json!({})).await.status, 201);
        }
        let tasks = json!({ "tasks": picture_tasks() });
        assert_eq!(self.post("/jobs", key, tasks.clone()).await.status, 201);
        let job = self.post("/jobs", key, tasks).await.data();
        self.world.upload(task(&job, "import"), "photo.png", bytes("photo.png")).await;
        let job: JobId = text(&job["id"]).parse().unwrap();
        let store = self.world.store();
        self.world.until(async || store.job(job).await.unwrap()?.ended_at).await;
    }

    async fn erase(&self, owner: &str) -> String {
        let erased = self.recast(&["erase", "--owner", owner, "--yes"]).await;
        assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
        String::from_utf8(erased.stdout).unwrap()
    }

    /// Returns what there is of anybody.
    async fn everything(&self) -> [BTreeSet<String>; 2] {
        [self.world.rows().await, self.world.objects().await]
    }
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[track_caller]
fn said(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_good_until_a_minute_after_it_was_revoked() {
    let served = Served::start().await;
    let key = served.create(&["--owner", "anna"]).await;
    let other = served.create(&["--owner", "anna"]).await;
    assert_eq!(key["signing_secret"], other["signing_secret"]);
    assert_eq!(served.me(&key).await, (200, json!("anna")));
    assert_eq!(served.ids("anna").await.len(), 2);
    let revoke = ["keys", "revoke", "--owner", "anna", text(&key["id"])];
    assert!(served.recast(&revoke).await.status.success());
    served.world.clock.advance(Duration::from_secs(61));
    assert_eq!(served.me(&key).await, (401, Value::Null));
    assert_eq!(served.me(&other).await, (200, json!("anna")));
    assert_eq!(served.ids("anna").await, [other["id"].clone()]);
    assert_eq!(served.recast(&revoke).await.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_has_expired_is_none() {
    let served = Served::start().await;
    let key = served.create(&["--expires", "2h"]).await;
    served.world.clock.advance(Duration::from_mins(119));
    assert_eq!(served.me(&key).await.0, 200);
    served.world.clock.advance(Duration::from_mins(2));
    assert_eq!(served.me(&key).await.0, 401);
    let over = ["keys", "create", "--expires", "2020-01-01T00:00:00Z"];
    assert_eq!(served.recast(&over).await.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_what_its_scopes_say() {
    let served = Served::start().await;
    let key = served.create(&["--scope", "task.read"]).await;
    assert_eq!(key["scopes"], json!(["task.read"]));
    assert_eq!(served.me(&key).await.0, 403);
    assert_eq!(served.post("/import/upload", &key, json!({})).await.status, 403);
    let list = served.send(reqwest::Method::GET, "/tasks", &key, &Value::Null).await;
    assert_eq!(list.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_owner_leaves_nothing_and_others_everything() {
    let served = Served::start().await;
    let anna = served.create(&["--owner", "anna"]).await;
    served.work(&anna).await;
    let before = served.everything().await;
    let bert = served.create(&["--owner", "bert"]).await;
    served.work(&bert).await;
    let all = served.everything().await;
    let unconfirmed = served.recast(&["erase", "--owner", "bert"]).await;
    assert_eq!(unconfirmed.status.code(), Some(1));
    assert_eq!(served.everything().await, all);
    assert_eq!(served.erase("bert").await, "bert: 1 keys, 2 jobs, 8 tasks deleted\n");
    assert_eq!(served.everything().await, before);
    let bert_id = OwnerId::parse("bert").unwrap();
    assert_eq!(served.world.store().owner(&bert_id).await.unwrap(), None);
    served.world.clock.advance(Duration::from_secs(61));
    assert_eq!(served.me(&bert).await.0, 401);
    assert_eq!(served.me(&anna).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_for_an_erased_owner_leaves_nothing() {
    let gate = Gate::closed().await;
    let served = Served::allowing(&gate.host).await;
    let before = served.everything().await;
    let key = served.create(&["--owner", "anna"]).await;
    let import = served.post("/import/url", &key, gate.import()).await.data();
    let job = json!({ "tasks": { "import": gate.import() } });
    served.post("/jobs", &key, job).await.data();
    let (store, id) = (served.world.store(), text(&import["id"]).parse().unwrap());
    let at_work = async || store.task(id).await.unwrap()?.state.started_at();
    served.world.until(at_work).await;
    let erased = served.erase("anna").await;
    assert!(erased.starts_with("anna: 1 keys, 1 jobs, 2 tasks deleted\n"), "{erased}");
    served.world.until(async || served.world.stack.is_idle().then_some(())).await;
    gate.open();
    served.world.until(async || (served.everything().await == before).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_in_aws_is_reached_by_its_name() {
    let served = Served::start().await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    let arguments = ["keys", "create", "--stack", "recast", "--account", "000000000000", "--json"];
    command.args(arguments).env_clear().envs(exported(&served.world.stack));
    let key = said(&run(command).await);
    assert_eq!(served.me(&key).await, (200, json!("default")));
}

/// What AWS's tools would have put in the environment.
fn exported(stack: &Stack) -> BTreeMap<&'static str, String> {
    let aws = stack.endpoints.aws.clone();
    BTreeMap::from([
        ("AWS_REGION", aws.region),
        ("AWS_ACCESS_KEY_ID", aws.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", aws.secret_access_key),
        ("AWS_ENDPOINT_URL_DYNAMODB", aws.dynamodb),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_before_anybody_serves() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    command.args(["keys", "create", "--json", "--data"]).arg(directory.path());
    let key = said(&run(command).await);
    let data = Data::open(directory.path()).unwrap();
    let stack = Stack::start(Options::new(data, Catalogue::embedded())).await.unwrap();
    let me = crate::harness::http().get(format!("{}/users/me", stack.endpoints.api));
    assert_eq!(me.bearer_auth(text(&key["key"])).send().await.unwrap().status(), 200);
    stack.stop().await;
}
