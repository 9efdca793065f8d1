//! The table does what `domain` says: one winner, the others told, and no row out of nothing.

use domain::{
    Code, Event, Failure, From, GroupId, Job, JobStatus, Output, OwnerId, Payload, Run, Schedule,
    Scope, State, Task, Work,
};
use futures::future::join_all;
use jiff::Timestamp;
use store::{JobEnd, Outcome, Store};

use crate::harness::World;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn run(attempt: u32, nonce: &str) -> Run {
    Run { attempt, nonce: nonce.to_owned() }
}

/// A task that waits, of a group of its own.
fn task(world: &World) -> Task {
    let now = world.clock.now();
    let entropy = ambient::Entropy;
    Task {
        id: GroupId::new(now, entropy.bytes()).task(1),
        owner: OwnerId::parse("default").unwrap(),
        scope: Scope::Single,
        operation: "convert".to_owned(),
        work: Work::Execution,
        payload: Payload::Inline(serde_json::Map::new()),
        inputs: Vec::new(),
        ignore_error: false,
        created_at: now,
        state: State::Waiting,
        percent: 0,
        message: None,
        engine: None,
        files: domain::Files::default(),
        details: serde_json::Map::new(),
        log: Vec::new(),
        secret: None,
        key: None,
        retry_of: None,
        retries: Vec::new(),
        staged: false,
        deleted: false,
        expires_at: None,
    }
}

fn end(status: JobStatus, at: Timestamp) -> JobEnd {
    JobEnd { status, at, started_at: None, announce: Vec::new() }
}

fn events(now: i64) -> Vec<Event> {
    let failure = Failure::new(Code::Cancelled, "cancelled");
    let claims = [run(0, "b"), run(1, "a"), run(1, "b"), run(2, "b")];
    let froms = [
        From::Waiting,
        From::Open,
        From::Run(run(1, "a")),
        From::Run(run(1, "b")),
        From::Run(run(2, "a")),
    ];
    let claim = |run| Event::Claim { run, at: at(now + 5), deadline: at(now + 9) };
    let finish = |from| Event::Finish { from, at: at(now + 5), output: Output::default() };
    let fail = |from| Event::Fail { from, at: at(now + 5), failure: failure.clone() };
    let ends = froms.clone().map(finish).into_iter().chain(froms.map(fail));
    claims.map(claim).into_iter().chain(ends).collect()
}

/// Puts a task into the table and lets these events bring it to a state.
async fn brought_to(world: &World, store: &Store, path: &[Event]) -> Task {
    let task = task(world);
    store.create_task(&task, None).await.unwrap();
    for event in path {
        assert!(matches!(
            store.apply(task.id, &task.owner, event).await.unwrap(),
            Outcome::Applied(_)
        ));
    }
    store.task(task.id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_meets_every_event_in_the_table_as_in_the_rules() {
    let world = World::new().await;
    let store = world.store();
    let now = world.clock.now().as_second();
    let claim = Event::Claim { run: run(1, "a"), at: at(now), deadline: at(now + 9) };
    let finish = Event::Finish { from: From::Open, at: at(now + 1), output: Output::default() };
    let failure = Failure::new(Code::Timeout, "too slow");
    let fail = Event::Fail { from: From::Open, at: at(now + 1), failure };
    let paths = [vec![], vec![claim.clone()], vec![claim.clone(), finish], vec![claim, fail]];
    for path in &paths {
        for event in events(now) {
            let before = brought_to(&world, &store, path).await;
            let outcome = store.apply(before.id, &before.owner, &event).await.unwrap();
            match before.state.next(&event) {
                Ok(state) => {
                    assert_eq!(outcome.task().map(|task| task.state), Some(state), "{event:?}")
                }
                Err(_) => assert_eq!(outcome, Outcome::Lost(before), "{event:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_ends_a_task_and_the_others_learn_how_in_one_call() {
    let world = World::new().await;
    let settler = world.settler();
    let task = brought_to(&world, &settler.store, &[]).await;
    world.wire.reset();
    let now = world.clock.now();
    let contenders = (0..16).map(|number| {
        let failure = Failure::new(Code::Cancelled, format!("by {number}"));
        let event = Event::Fail { from: From::Open, at: now, failure };
        let store = settler.store.clone();
        let (id, owner) = (task.id, task.owner.clone());
        async move { store.apply(id, &owner, &event).await.unwrap() }
    });
    let outcomes = join_all(contenders).await;
    let applied = |outcome: &Outcome| match outcome {
        Outcome::Applied(task) => Some(task.clone()),
        Outcome::Lost(_) | Outcome::Gone => None,
    };
    let winners: Vec<_> = outcomes.iter().filter_map(applied).collect();
    assert_eq!(winners.len(), 1);
    for outcome in &outcomes {
        assert_eq!(outcome.clone().task().as_ref(), Some(&winners[0]));
    }
    assert_eq!(world.wire.calls(), ["UpdateItem"; 16]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_write_brings_a_deleted_row_back() {
    let world = World::new().await;
    let store = world.store();
    let (task, now) = (task(&world), world.clock.now());
    for event in events(now.as_second()) {
        assert_eq!(
            store.apply(task.id, &task.owner, &event).await.unwrap(),
            Outcome::Gone,
            "{event:?}"
        );
    }
    assert!(!store.progress(task.id, &run(0, "a"), (50, None)).await.unwrap());
    store.unstage(&task).await.unwrap();
    let id = task.id.group();
    let job = Job {
        id: id.into(),
        owner: task.owner.clone(),
        tag: None,
        status: JobStatus::Processing,
        version: 0,
        created_at: now,
        started_at: None,
        ended_at: None,
        expires_at: None,
        numbers: 1,
        lost: Default::default(),
        deleted: false,
        address: "https://api.example.org".to_owned(),
        webhook_url: None,
        announce: Vec::new(),
    };
    store.end_job(&job, &end(JobStatus::Finished, now)).await.unwrap();
    let schedule = Schedule::first(now);
    let group = domain::Group {
        id,
        job: Some(job),
        tasks: vec![task],
        pointers: Vec::new(),
        foreign: Default::default(),
        schedule: Some(schedule),
    };
    store.reschedule(&group, schedule).await.unwrap();
    assert_eq!(world.rows().await, Default::default());
}

/// History 1.1: what opens a job again raises its version, and an ending that has not seen that fails.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_ended_only_as_it_was_seen() {
    let world = World::new().await;
    let store = world.store();
    let job = world.create(serde_json::json!({ "import": { "operation": "import/upload" } })).await;
    let id = job["id"].as_str().unwrap().parse().unwrap();
    let seen = store.job(id).await.unwrap().unwrap();
    let stale = Job { version: seen.version + 1, ..seen.clone() };
    store.end_job(&stale, &end(JobStatus::Finished, world.clock.now())).await.unwrap();
    assert_eq!(store.job(id).await.unwrap(), Some(seen.clone()));
    store.delete_job(&stale).await.unwrap();
    assert_eq!(store.job(id).await.unwrap(), Some(seen.clone()));
    store.end_job(&seen, &end(JobStatus::Finished, world.clock.now())).await.unwrap();
    let ended = store.job(id).await.unwrap().unwrap();
    store.end_job(&seen, &end(JobStatus::Error, world.clock.now())).await.unwrap();
    assert_eq!(store.job(id).await.unwrap(), Some(ended));
}
