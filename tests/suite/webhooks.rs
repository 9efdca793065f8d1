//! Webhooks are told of jobs as the API shows them, in a way that they can verify.

use std::time::Duration;

use domain::OwnerId;
use reqwest::Method;
use serde_json::{Value, json};
use store::Scope;

use crate::harness::{Answer, Message, Receiver, World, task, text};
use crate::requests::{key, send};
use crate::tasks::{awaited, convert, export, path, raw};

const ALL: [&str; 3] = ["job.created", "job.finished", "job.failed"];

/// A stack with a receiver that its webhooks may reach.
pub(crate) struct Told {
    pub(crate) world: World,
    pub(crate) receiver: Receiver,
}

impl Told {
    pub(crate) async fn new() -> Self {
        let receiver = Receiver::new().await;
        let host = receiver.host.clone();
        let world = World::with(|options| options.allow_hosts = host).await;
        Self { world, receiver }
    }

    /// Creates a webhook to a path of the receiver.
    pub(crate) async fn webhook(&self, path: &str, events: &[&str]) -> Value {
        let body = json!({ "url": self.receiver.url(path), "events": events });
        let answer = self.world.post("/webhooks", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.data()
    }

    /// Waits until so many messages have come, and returns them.
    pub(crate) async fn messages(&self, count: usize) -> Vec<Message> {
        let enough = async || Some(self.receiver.messages()).filter(|all| all.len() >= count);
        let messages = self.world.until(enough).await;
        assert_eq!(messages.len(), count, "{messages:?}");
        messages
    }

    /// Returns the webhook as the list shows it.
    pub(crate) async fn listed(&self, webhook: &Value) -> Value {
        let list = self.world.get("/users/me/webhooks").await.data();
        list.as_array().unwrap().iter().find(|one| one["id"] == webhook["id"]).unwrap().clone()
    }

    /// Returns the deliveries of a webhook.
    pub(crate) async fn deliveries(&self, webhook: &Value) -> Vec<Value> {
        let path = format!("/webhooks/{}/deliveries", text(&webhook["id"]));
        self.world.get(&path).await.data().as_array().unwrap().clone()
    }

    /// Waits until the only delivery of a webhook is so far, while time flies.
    pub(crate) async fn delivery(&self, webhook: &Value, status: &str, step: Duration) -> Value {
        let so_far = async || {
            let delivery = self.deliveries(webhook).await.pop();
            let found = delivery.filter(|delivery| delivery["status"] == status);
            if found.is_none() {
                self.world.clock.advance(step);
            }
            found
        };
        self.world.until(so_far).await
    }

    /// Shows a job as the API does.
    pub(crate) async fn shown(&self, job: &Value) -> Value {
        self.world.get(&format!("/jobs/{}", text(&job["id"]))).await.data()
    }
}

/// Returns the secret of whoever has the stack's key.
async fn owners_secret(world: &World) -> String {
    let owner = world.store().owner(&OwnerId::parse("default").unwrap()).await.unwrap();
    owner.unwrap().signing_secret
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_as_the_api_shows_the_job() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", &ALL).await;
    let secret = text(&webhook["signing_secret"]);
    let tasks = json!({ "in": awaited(), "out": export("in") });
    let job = told.world.create(tasks).await;
    let created = told.messages(1).await.remove(0);
    let (mut body, mut shown) = (created.json(), told.shown(&job).await);
    for form in [&mut body["job"]["tasks"][0]["result"], &mut shown["tasks"][0]["result"]] {
        assert!(form["form"]["url"].is_string());
        // It is signed anew each time that it is shown.
        form.take();
    }
    assert_eq!(body, json!({ "event": "job.created", "job": shown }));
    told.world.upload(task(&job, "in"), "a.txt", b"text".to_vec()).await;
    let finished = told.messages(2).await.remove(1);
    let body = json!({ "event": "job.finished", "job": told.shown(&job).await });
    assert_eq!(finished.json(), body);
    let bad = json!({ "in": raw("no picture", "a.png"), "to": convert("in", "webp") });
    let bad = told.world.ended(&told.world.create(bad).await).await;
    let all = told.messages(4).await;
    let failed = all.iter().find(|message| message.json()["event"] == "job.failed").unwrap();
    assert_eq!(failed.json(), json!({ "event": "job.failed", "job": told.shown(&bad).await }));
    let ids: std::collections::BTreeSet<_> =
        all.iter().map(|message| message.verify(secret)).collect();
    assert_eq!(ids.len(), 4);
    told.world.stack.states.idle().await;
    let deliveries = told.deliveries(&webhook).await;
    assert_eq!(deliveries.len(), 4);
    assert!(deliveries.iter().all(|one| one["status"] == "delivered" && one["attempts"] == 1));
    assert!(
        deliveries
            .iter()
            .all(|one| one["response_status"] == 200 && ids.contains(text(&one["id"])))
    );
    assert_eq!(deliveries[3]["event"], "job.created", "the newest comes first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jobs_own_address_is_told_of_its_end_and_signed_with_its_owners_secret() {
    let told = Told::new().await;
    let body = json!({
        "tasks": { "in": raw("text", "a.txt"), "out": export("in") },
        "webhook_url": told.receiver.url("/own"),
    });
    let job = told.world.post("/jobs", &body).await.data();
    let message = told.messages(1).await.remove(0);
    assert_eq!(message.path, "/own");
    assert_eq!(message.json(), json!({ "event": "job.finished", "job": told.shown(&job).await }));
    message.verify(&owners_secret(&told.world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_he_did_not_ask_for() {
    let told = Told::new().await;
    told.webhook("/failures", &["job.failed"]).await;
    let job = told.world.create(json!({ "in": awaited() })).await;
    told.world.upload(task(&job, "in"), "a.txt", b"text".to_vec()).await;
    told.world.ended(&job).await;
    let other = key(&told.world, "other", &[Scope::TaskWrite]).await;
    let body = json!({ "tasks": { "in": raw("x", "x.png"), "to": convert("in", "jpg") } });
    send(&told.world, (Method::POST, "/jobs"), Some(&other), &body.to_string()).await.data();
    told.world.stack.states.idle().await;
    assert!(told.receiver.messages().is_empty());
}

/// History 1.1: each end of a job is one of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_ends_again_is_told_again() {
    let told = Told::new().await;
    told.webhook("/hook", &ALL[1..]).await;
    let job = told.world.create(json!({ "in": raw("text", "a.txt"), "out": export("in") })).await;
    let first = told.messages(1).await.remove(0);
    let out = told.world.ended_task(task(&job, "out")).await;
    let retried = told.world.post(&format!("{}/retry", path(&out)), &Value::Null).await;
    assert_eq!(retried.status, 201, "{}", retried.text);
    let second = told.messages(2).await.remove(1);
    assert_eq!(
        (&first.json()["event"], &second.json()["event"]),
        (&json!("job.finished"), &json!("job.finished"))
    );
    assert_ne!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(second.json()["job"], told.shown(&job).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_created_listed_and_deleted() {
    let told = Told::new().await;
    let world = &told.world;
    let (first, second) =
        (told.webhook("/1", &ALL).await, told.webhook("/2", &["job.failed", "job.failed"]).await);
    assert!(text(&first["signing_secret"]).starts_with("whsec_"));
    assert_eq!(second["events"], json!(["job.failed"]));
    assert_eq!((&first["disabled"], &first["failing"]), (&json!(false), &json!(false)));
    for path in ["/users/me/webhooks", "/webhooks"] {
        let list = world.get(path).await.data();
        let secretless = |webhook: &Value| {
            let mut webhook = webhook.clone();
            webhook["signing_secret"].take();
            webhook
        };
        assert_eq!(list, json!([secretless(&second), secretless(&first)]), "{path}");
    }
    let page = world.get("/webhooks?per_page=1&page=2").await.json();
    assert_eq!((&page["data"][0]["id"], &page["links"]["next"]), (&first["id"], &Value::Null));
    let found = world.get(&format!("/webhooks?filter[url]={}", text(&second["url"]))).await.data();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["id"]), (1, &second["id"]));
    let path = format!("/webhooks/{}", text(&first["id"]));
    assert_eq!(world.delete(&path).await.status, 204);
    assert_eq!(world.delete(&path).await.status, 404);
    assert_eq!(world.get(&format!("{path}/deliveries")).await.status, 404);
    assert_eq!(world.get("/webhooks").await.data().as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_owners_webhook_is_not_there() {
    let told = Told::new().await;
    let id = text(&told.webhook("/hook", &ALL).await["id"]).to_owned();
    let other = key(&told.world, "other", &Scope::ALL).await;
    for (method, path) in [
        (Method::DELETE, format!("/webhooks/{id}")),
        (Method::GET, format!("/webhooks/{id}/deliveries")),
        (Method::POST, format!("/webhooks/{id}/test")),
    ] {
        let answer = send(&told.world, (method.clone(), &path), Some(&other), "").await;
        assert_eq!(answer.status, 404, "{method} {path}");
    }
    let list = send(&told.world, (Method::GET, "/webhooks"), Some(&other), "").await;
    assert_eq!(list.data(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused_at_creation() {
    let world = World::new().await;
    let private = json!(["The url points to a private address."]);
    for url in ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "https://localhost/"] {
        let webhook = world.post("/webhooks", &json!({ "url": url, "events": ALL })).await;
        assert_eq!((webhook.status, &webhook.json()["errors"]["url"]), (422, &private), "{url}");
        let job = json!({ "tasks": { "in": awaited() }, "webhook_url": url });
        let job = world.post("/jobs", &job).await;
        assert_eq!((job.status, &job.json()["errors"]["webhook_url"]), (422, &private), "{url}");
    }
    assert_eq!(world.get("/webhooks").await.data(), json!([]));
}

async fn once(world: &World, path: &str, body: &Value) -> Answer {
    world.send(Method::POST, path, &[("idempotency-key", "one")], body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_created_once_for_one_key_and_tells_its_secret_again() {
    let told = Told::new().await;
    let body = json!({ "url": told.receiver.url("/hook"), "events": ALL });
    let all = (0..8).map(|_| once(&told.world, "/webhooks", &body));
    let answers = futures::future::join_all(all).await;
    let first = answers[0].data();
    assert!(first["signing_secret"].is_string());
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.data() == first));
    assert_eq!(told.world.get("/webhooks").await.data().as_array().unwrap().len(), 1);
    told.world.delete(&format!("/webhooks/{}", text(&first["id"]))).await;
    assert_eq!(once(&told.world, "/webhooks", &body).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_arrives_once_for_one_key() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", &["job.failed"]).await;
    let path = format!("/webhooks/{}/test", text(&webhook["id"]));
    let first = once(&told.world, &path, &Value::Null).await;
    let delivery = first.data();
    let shown = (first.status, &delivery["event"], &delivery["webhook_id"], &delivery["job_id"]);
    assert_eq!(shown, (201, &json!("webhook.test"), &webhook["id"], &Value::Null));
    let message = told.messages(1).await.remove(0);
    assert_eq!(message.verify(text(&webhook["signing_secret"])), text(&delivery["id"]));
    let body = message.json();
    let about = json!({ "id": webhook["id"], "url": webhook["url"] });
    assert_eq!((&body["event"], &body["webhook"]), (&json!("webhook.test"), &about));
    assert_eq!(once(&told.world, &path, &Value::Null).await.data()["id"], delivery["id"]);
    told.world.stack.states.idle().await;
    assert_eq!((told.receiver.messages().len(), told.deliveries(&webhook).await.len()), (1, 1));
    told.world.clock.advance(Duration::from_hours(25));
    assert_eq!(told.deliveries(&webhook).await, [] as [Value; 0], "it is forgotten after a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_is_erased_leaves_no_webhook_and_no_delivery() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", &ALL).await;
    told.world.create(json!({ "in": raw("text", "a.txt") })).await;
    told.messages(2).await;
    told.world.stack.states.idle().await;
    let (store, owner) = (told.world.store(), OwnerId::parse("default").unwrap());
    store.delete_owner(&owner).await.unwrap();
    assert!(store.webhooks(&owner).await.unwrap().is_empty());
    let receiver = domain::Receiver::Webhook(text(&webhook["id"]).parse().unwrap());
    assert!(store.deliveries(&owner, receiver, 100).await.unwrap().is_empty());
}
