//! Receivers that do not take what they are told, and what becomes of that.

use std::time::{Duration, Instant};

use domain::{JobEvent, OwnerId, Webhook, WebhookId};
use serde_json::{Value, json};

use crate::harness::{Message, Receiver, World, task, text};
use crate::tasks::{awaited, raw};
use crate::webhooks::Told;

const FINISHED: &[&str] = &["job.finished"];

/// How long after each try that failed the next one comes, in seconds.
fn schedule() -> Vec<u64> {
    let machine: Value =
        serde_json::from_str(include_str!("../../infra/webhook.asl.json")).unwrap();
    let retrier = &machine["States"]["Deliver"]["Retry"][1];
    let number = |name: &str| retrier[name].as_u64().unwrap();
    let (first, rate, most) =
        (number("IntervalSeconds"), number("BackoffRate"), number("MaxDelaySeconds"));
    let tries = u32::try_from(number("MaxAttempts")).unwrap();
    (0..tries).map(|nth| (first * rate.pow(nth)).min(most)).collect()
}

#[test]
fn tries_go_on_for_hours_and_end_well_before_a_job_does() {
    let machine: Value =
        serde_json::from_str(include_str!("../../infra/webhook.asl.json")).unwrap();
    let deliver = &machine["States"]["Deliver"];
    let throttled = &deliver["Retry"][0];
    let throttled =
        throttled["MaxAttempts"].as_u64().unwrap() * throttled["MaxDelaySeconds"].as_u64().unwrap();
    let waits: u64 = schedule().iter().sum();
    let tries = (schedule().len() as u64 + 1) * deliver["TimeoutSeconds"].as_u64().unwrap();
    assert!(waits > 12 * 3600, "{waits}");
    assert!(waits + tries + throttled < 20 * 3600, "{}", waits + tries + throttled);
}

#[test]
fn the_machine_retries_errors_that_exist() {
    let machine: Value =
        serde_json::from_str(include_str!("../../infra/webhook.asl.json")).unwrap();
    let states = machine["States"].as_object().unwrap().values();
    let retriers = states.flat_map(|state| state["Retry"].as_array().unwrap());
    let names = retriers.flat_map(|retrier| retrier["ErrorEquals"].as_array().unwrap());
    let ours: Vec<_> = names.map(text).filter(|name| !name.contains('.')).collect();
    let failed = worker::WorkerError::DeliveryFailed(String::new());
    let throttled = worker::WorkerError::Store(store::StoreError::Throttled);
    assert_eq!(ours, [failed.name(), throttled.name()]);
}

/// Returns when a message was sent, in seconds since 1970.
fn sent(message: &Message) -> u64 {
    message.header("webhook-timestamp").parse().unwrap()
}

async fn finish(world: &World) -> Value {
    world.create(json!({ "in": raw("text", "a.txt") })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_comes_again_with_the_same_id_and_body() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", FINISHED).await;
    told.receiver.answer(&[500, 404, 200]);
    finish(&told.world).await;
    let delivery = told.delivery(&webhook, "delivered", Duration::from_secs(1)).await;
    assert_eq!((&delivery["attempts"], &delivery["message"]), (&json!(3), &Value::Null));
    let messages = told.messages(3).await;
    for message in &messages {
        assert_eq!(message.verify(text(&webhook["signing_secret"])), text(&delivery["id"]));
        assert_eq!(message.body, messages[0].body);
    }
    for (pair, wait) in messages.windows(2).zip(schedule()) {
        assert!(sent(&pair[1]) - sent(&pair[0]) >= wait, "{pair:?}");
    }
    assert_eq!(told.listed(&webhook).await["failing"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_never_takes_it_is_failing_until_it_does() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", FINISHED).await;
    told.receiver.always(503);
    finish(&told.world).await;
    for (nth, wait) in schedule().into_iter().enumerate() {
        tried(&told, &webhook, nth + 1).await;
        next(&told, nth + 2, Duration::from_secs(wait)).await;
    }
    let delivery = told.delivery(&webhook, "failed", Duration::from_secs(1)).await;
    let tries = schedule().len() + 1;
    assert_eq!(delivery["attempts"], tries);
    assert_eq!(delivery["response_status"], 503);
    assert_eq!(delivery["message"], "the receiver answered 503");
    let messages = told.messages(tries).await;
    for (pair, wait) in messages.windows(2).zip(schedule()) {
        assert!(sent(&pair[1]) - sent(&pair[0]) >= wait, "{pair:?}");
    }
    assert_eq!(told.listed(&webhook).await["failing"], true);
    told.receiver.always(200);
    finish(&told.world).await;
    told.messages(tries + 1).await;
    told.world.stack.states.idle().await;
    assert_eq!(told.listed(&webhook).await["failing"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_gone_is_told_nothing_any_more() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", FINISHED).await;
    told.receiver.answer(&[410]);
    finish(&told.world).await;
    let delivery = told.delivery(&webhook, "failed", Duration::ZERO).await;
    assert_eq!((&delivery["attempts"], &delivery["response_status"]), (&json!(1), &json!(410)));
    assert_eq!(told.listed(&webhook).await["disabled"], true);
    let path = format!("/webhooks/{}/test", text(&webhook["id"]));
    assert_eq!(told.world.post(&path, &Value::Null).await.status, 422);
    finish(&told.world).await;
    told.world.stack.states.idle().await;
    assert_eq!((told.messages(1).await.len(), told.deliveries(&webhook).await.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", FINISHED).await;
    told.receiver.answer(&[307]);
    finish(&told.world).await;
    told.delivery(&webhook, "delivered", Duration::from_secs(1)).await;
    let paths: Vec<_> = told.messages(2).await.into_iter().map(|message| message.path).collect();
    assert_eq!(paths, ["/hook", "/hook"]);
}

/// What was let in, or has come to be, is judged once more when it is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_not_reached_at_delivery() {
    let (world, receiver) = (World::new().await, Receiver::new().await);
    let now = world.clock.now();
    let webhook = Webhook {
        id: WebhookId::new(now, world.stack.environment.entropy.bytes()),
        owner: OwnerId::parse("default").unwrap(),
        url: receiver.url("/hook"),
        events: vec![JobEvent::Finished],
        signing_secret: store::signing_secret(&world.stack.environment.entropy),
        disabled: false,
        failing: false,
        created_at: now,
        updated_at: now,
    };
    world.store().create_webhook(&webhook, None).await.unwrap();
    finish(&world).await;
    let told = Told { world, receiver };
    let tried = async || {
        let delivery = told.deliveries(&json!({ "id": webhook.id.to_string() })).await.pop()?;
        (delivery["attempts"] != 0).then_some(delivery)
    };
    let delivery = told.world.until(tried).await;
    assert_eq!(delivery["message"], "The url points to a private address.");
    assert!(told.receiver.messages().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_deleted_meanwhile_is_told_nothing_any_more() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", FINISHED).await;
    told.receiver.always(500);
    finish(&told.world).await;
    told.messages(1).await;
    let path = format!("/webhooks/{}", text(&webhook["id"]));
    assert_eq!(told.world.delete(&path).await.status, 204);
    quiet(&told.world).await;
    assert_eq!(told.messages(1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_a_job_goes_with_it() {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", FINISHED).await;
    told.receiver.always(500);
    let body = json!({ "tasks": { "in": awaited() }, "webhook_url": told.receiver.url("/own") });
    let job = told.world.post("/jobs", &body).await.data();
    told.world.upload(task(&job, "in"), "a.txt", b"text".to_vec()).await;
    told.messages(2).await;
    assert!(told.world.objects().await.iter().any(|key| key.starts_with("jobs/")));
    let path = format!("/jobs/{}", text(&job["id"]));
    assert_eq!(told.world.delete(&path).await.status, 204);
    assert!(told.world.objects().await.is_empty());
    quiet(&told.world).await;
    told.messages(2).await;
    let delivery = told.deliveries(&webhook).await.remove(0);
    assert_eq!(
        (&delivery["status"], &delivery["message"]),
        (&json!("failed"), &json!("the job is gone"))
    );
}

/// Waits until so many tries have been noted.
async fn tried(told: &Told, webhook: &Value, tries: usize) {
    let noted = async || {
        let delivery = told.deliveries(webhook).await.pop()?;
        (delivery["attempts"] == tries).then_some(())
    };
    told.world.until(noted).await;
}

/// Lets the time pass until a try; once more when the machine had not begun to wait.
async fn next(told: &Told, tries: usize, wait: Duration) {
    loop {
        told.world.clock.advance(wait);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) {
            if told.receiver.messages().len() == tries {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Lets time fly until no state machine runs any more.
async fn quiet(world: &World) {
    let over = async || {
        world.clock.advance(Duration::from_secs(1));
        (world.stack.states.open_executions() == 0).then_some(())
    };
    world.until(over).await;
}
