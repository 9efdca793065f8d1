//! Whoever tells webhooks of a job's end dies in the midst of it, and each of them is told all the same,
//! by one message.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::{JobId, OwnerId};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::harness::{Fault, Kind, task, text};
use crate::tasks::{awaited, export};
use crate::webhooks::Told;

/// The calls from the moment at which a job's file is there: two receivers are told of its end.
const CALLS: &[(&str, usize)] = &[
    ("Query", 5),
    // The task's and the export's end, the job's, its mark's, and one for each delivery.
    ("UpdateItem", 6),
    ("PutObject", 1),
    ("PutItem", 2),
    ("StartExecution", 2),
];

const KINDS: &[Kind] = &[Kind::DieBefore, Kind::DieAfter, Kind::DropAfter, Kind::Duplicate];

const PARALLEL: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn each_receiver_gets_one_message_whatever_goes_wrong() {
    let calls = CALLS.iter().flat_map(|(name, count)| (0..*count).map(|nth| (*name, nth)));
    let faults = calls.flat_map(|(operation, nth)| {
        KINDS.iter().map(move |kind| Fault { operation, nth, kind: *kind })
    });
    let runs = stream::iter(faults).map(|fault| tokio::spawn(tells_once(fault)));
    let results: Vec<_> = runs.buffer_unordered(PARALLEL).collect().await;
    assert_eq!(results.into_iter().filter_map(Result::err).count(), 0, "see above");
}

async fn tells_once(fault: Fault) {
    let told = Told::new().await;
    let webhook = told.webhook("/hook", &["job.finished"]).await;
    let tasks = json!({ "in": awaited(), "out": export("in") });
    let body = json!({ "tasks": tasks, "webhook_url": told.receiver.url("/own") });
    let job = told.world.post("/jobs", &body).await.data();
    told.world.wire.plan(fault);
    told.world.upload(task(&job, "in"), "a.txt", b"text".to_vec()).await;
    recover(&told, &job).await;
    assert!(told.world.wire.hits() > 0, "{fault:?} never came");
    let messages = told.receiver.messages();
    let ids: BTreeSet<_> = messages
        .iter()
        .map(|message| (message.path.clone(), message.header("webhook-id").to_owned()))
        .collect();
    let paths: Vec<_> = ids.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/hook", "/own"], "{fault:?}");
    assert!(messages.iter().all(|message| message.body == messages[0].body), "{fault:?}");
    let owner = OwnerId::parse("default").unwrap();
    let id = text(&webhook["id"]).parse().unwrap();
    for receiver in [domain::Receiver::Webhook(id), domain::Receiver::Job] {
        let deliveries = told.world.store().deliveries(&owner, receiver, 100).await.unwrap();
        assert_eq!(deliveries.len(), 1, "{fault:?}");
        assert_eq!(deliveries[0].state, domain::DeliveryState::Delivered, "{fault:?}");
    }
    told.world.stack.stop().await;
}

/// Lets time fly, and the sweep come, until the job has ended and everybody knows.
async fn recover(told: &Told, job: &Value) {
    for _ in 0..20 {
        if settled(told, job).await {
            return;
        }
        told.world.sweep_after(3).await;
    }
    panic!("it was not told");
}

async fn settled(told: &Told, job: &Value) -> bool {
    let (store, id, begun) =
        (told.world.store(), text(&job["id"]).parse::<JobId>().unwrap(), Instant::now());
    while begun.elapsed() < Duration::from_millis(400) {
        let job = store.job(id).await.unwrap().unwrap();
        let told_all = job.ended_at.is_some() && job.announce.is_empty();
        if told_all && told.world.stack.states.open_executions() == 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}
