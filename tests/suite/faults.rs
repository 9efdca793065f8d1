//! Every call to AWS of a job's life goes wrong once in every way, and the job ends well.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::{JobId, JobStatus};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::harness::{Fault, Kind, World, bytes, picture_tasks, task, text};

/// The calls of a job's life: an upload is converted and exported, from its creation to its end.
///
/// Without the keys of the API, which are remembered, and without those who watch it.
const CALLS: &[(&str, usize)] = &[
    ("BatchGetItem", 1),
    ("CopyObject", 1),
    ("DeleteObject", 1),
    ("GetItem", 2),
    ("GetObject", 1),
    ("HeadObject", 1),
    ("PutObject", 1),
    ("Query", 4),
    ("StartExecution", 1),
    ("TransactWriteItems", 1),
    ("UpdateItem", 5),
];

/// The ways in which any call goes wrong.
const KINDS: &[Kind] = &[
    Kind::DropBefore,
    Kind::DropAfter,
    Kind::Throttle,
    Kind::Outage,
    Kind::Duplicate,
    Kind::DieBefore,
    Kind::DieAfter,
];

/// How many stacks run at once.
const PARALLEL: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn the_table_names_every_call_of_a_jobs_life() {
    let world = World::new().await;
    let job = world.picture_job().await;
    ended(&world, text(&job["id"])).await.unwrap();
    quiet(&world).await;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    world.wire.calls().into_iter().for_each(|call| *counts.entry(call).or_default() += 1);
    let counts: Vec<_> = counts.into_iter().collect();
    assert_eq!(counts, CALLS, "{:?}", world.wire.calls());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_goes_wrong_in_every_way_and_the_job_ends_well() {
    let calls =
        CALLS.iter().flat_map(|(operation, count)| (0..*count).map(|nth| (*operation, nth)));
    let faults = calls.flat_map(|(operation, nth)| {
        KINDS.iter().map(move |kind| Fault { operation, nth, kind: *kind })
    });
    let conflict = Fault { operation: "TransactWriteItems", nth: 0, kind: Kind::Conflict };
    let runs = stream::iter(faults.chain([conflict])).map(|fault| tokio::spawn(ends_well(fault)));
    let results: Vec<_> = runs.buffer_unordered(PARALLEL).collect().await;
    let failed = results.into_iter().filter_map(Result::err).count();
    assert_eq!(failed, 0, "see above");
}

/// Takes a job through one fault: it must end as without it, and leave nothing behind.
async fn ends_well(fault: Fault) {
    let world = World::new().await;
    world.wire.plan(fault);
    let job = create(&world).await;
    let id = text(&job["id"]).to_owned();
    let status = world.upload(task(&job, "import"), "photo.png", bytes("photo.png")).await;
    assert_eq!(status, 201, "{fault:?}");
    let status = recover(&world, &id).await;
    let job = show(&world, &id).await;
    assert_eq!(status, Some(JobStatus::Finished), "{fault:?}: {job}");
    let file = &task(&job, "export")["result"]["files"][0];
    let webp = world.download(text(&file["url"])).await;
    assert!(image::load_from_memory(&webp).is_ok(), "{fault:?}");
    assert!(world.wire.hits() > 0, "{fault:?} never came");
    world.two_days_pass().await;
    assert_eq!((world.rows().await, world.objects().await), Default::default(), "{fault:?}");
    world.stack.stop().await;
}

/// Creates a job as a client does: once more, when it cannot know whether it was taken in.
async fn create(world: &World) -> Value {
    for _ in 0..3 {
        match world.try_post("/jobs", &json!({ "tasks": picture_tasks() })).await {
            Some(answer) if answer.status == 201 => return answer.data(),
            Some(answer) => assert!([429, 503].contains(&answer.status), "{answer:?}"),
            None => {}
        }
    }
    panic!("it was not taken in three times");
}

/// Shows a job as a client does: once more, when that goes wrong.
async fn show(world: &World, id: &str) -> Value {
    for _ in 0..3 {
        match world.try_get(&format!("/jobs/{id}")).await {
            Some(answer) if answer.status == 200 => return answer.data(),
            Some(answer) => assert!([429, 503].contains(&answer.status), "{answer:?}"),
            None => {}
        }
    }
    panic!("it was not shown three times");
}

/// Gives the state machine's retries the time they need, and lets the sweep come when nothing moves.
async fn recover(world: &World, id: &str) -> Option<JobStatus> {
    for _ in 0..20 {
        if let Some(status) = ended(world, id).await {
            return Some(status);
        }
        world.clock.advance(Duration::from_mins(3));
        if let Some(status) = ended(world, id).await {
            return Some(status);
        }
        world.sweep_after(0).await;
    }
    None
}

/// Looks, without a call that could go wrong, whether the job has ended or soon does.
async fn ended(world: &World, id: &str) -> Option<JobStatus> {
    let (store, id, begun) = (world.store(), id.parse::<JobId>().unwrap(), Instant::now());
    while begun.elapsed() < Duration::from_millis(400) {
        let job = store.job(id).await.unwrap()?;
        if job.ended_at.is_some() {
            return Some(job.status);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None
}

/// Waits until no state machine runs and no call is made any more.
async fn quiet(world: &World) {
    world.stack.states.idle().await;
    let mut before = usize::MAX;
    while before != world.wire.calls().len() {
        before = world.wire.calls().len();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
