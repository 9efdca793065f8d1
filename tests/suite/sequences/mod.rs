//! Random graphs meet random histories: whatever is done to a job, whoever dies of it and whatever AWS
//! answers, the job comes to what a small model says, and leaves nothing behind.

mod drive;
mod model;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::harness::{Fault, Kind as FaultKind, World};
use drive::Driver;
use model::{Kind, Model, Node, Op};

/// How many histories are tried, on so many threads.
const HISTORIES: u32 = 512;
const THREADS: u32 = 4;

/// How many histories a stack sees: a day's requests are remembered, and each is looked through.
const PER_STACK: usize = 32;

/// The calls that may go wrong.
const OPERATIONS: &[&str] = &[
    "BatchGetItem",
    "CopyObject",
    "DeleteItem",
    "DeleteObject",
    "DeleteObjects",
    "GetItem",
    "GetObject",
    "HeadObject",
    "ListObjectsV2",
    "PutItem",
    "PutObject",
    "Query",
    "StartExecution",
    "StopExecution",
    "TransactWriteItems",
    "UpdateItem",
];

/// How they may.
const KINDS: &[FaultKind] = &[
    FaultKind::Behind,
    FaultKind::Conflict,
    FaultKind::DieAfter,
    FaultKind::DieBefore,
    FaultKind::DropAfter,
    FaultKind::DropBefore,
    FaultKind::Duplicate,
    FaultKind::Outage,
    FaultKind::Throttle,
];

type History = (Vec<Node>, Option<Fault>, Vec<(Op, Option<Fault>)>);

/// A graph of up to five tasks: whatever takes files takes those of one to three earlier ones.
fn graph() -> impl Strategy<Value = Vec<Node>> {
    let kinds = select(vec![
        Kind::Raw,
        Kind::Upload,
        Kind::Upload,
        Kind::Convert,
        Kind::Export,
        Kind::Archive,
    ]);
    let node = (
        kinds,
        prop::collection::vec(any::<prop::sample::Index>(), 1..=3),
        prop::bool::weighted(0.2),
    );
    prop::collection::vec(node, 1..=5).prop_map(|nodes| {
        let node = |(place, (kind, inputs, ignore_error)): (
            usize,
            (Kind, Vec<prop::sample::Index>, bool),
        )| {
            let kind = if place == 0 && !matches!(kind, Kind::Raw) { Kind::Upload } else { kind };
            let mut inputs: Vec<_> = match kind {
                Kind::Raw | Kind::Upload => Vec::new(),
                Kind::Convert | Kind::Export | Kind::Archive => {
                    inputs.iter().map(|input| input.index(place)).collect()
                }
            };
            inputs.sort_unstable();
            inputs.dedup();
            Node { kind, inputs, ignore_error }
        };
        nodes.into_iter().enumerate().map(node).collect()
    })
}

fn simple(size: usize) -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..size).prop_map(Op::Upload),
        2 => (0..size).prop_map(Op::Cancel),
        4 => (0..size).prop_map(Op::Retry),
        2 => (0..size).prop_map(Op::Delete),
        1 => (0..size).prop_map(Op::Event),
        1 => Just(Op::DeleteJob),
    ]
}

fn op(size: usize) -> impl Strategy<Value = Op> {
    // Two of a kind: what else may be in between is no order of the two.
    let pair = move || (0..size, 0..size);
    let both = prop_oneof![
        pair().prop_map(|(one, other)| (Op::Retry(one), Op::Retry(other))),
        pair().prop_map(|(one, other)| (Op::Delete(one), Op::Delete(other))),
        pair().prop_map(|(one, other)| (Op::Cancel(one), Op::Cancel(other))),
        (0..size).prop_map(|one| (Op::Upload(one), Op::DeleteJob)),
    ];
    prop_oneof![
        8 => simple(size),
        2 => both.prop_map(|(one, other)| Op::Both(Box::new(one), Box::new(other))),
        1 => Just(Op::Sweep),
        2 => Just(Op::HalfDay),
    ]
}

fn fault() -> impl Strategy<Value = Option<Fault>> {
    let fault = (select(OPERATIONS), 0..4_usize, select(KINDS))
        .prop_map(|(operation, nth, kind)| Fault { operation, nth, kind });
    prop::option::weighted(0.4, fault)
}

fn history() -> impl Strategy<Value = History> {
    graph().prop_flat_map(|graph| {
        let ops = prop::collection::vec((op(graph.len()), fault()), 0..6);
        (Just(graph), fault(), ops)
    })
}

async fn live(world: &World, (graph, fault, ops): History) {
    let mut model = Model::new(&graph);
    let mut driver = Driver::create(world, &graph, fault).await;
    driver.apply(&Op::Event(0), &mut model, None).await;
    for (op, fault) in ops {
        driver.apply(&op, &mut model, fault).await;
    }
    driver.finish().await;
}

/// Tries histories one after the other, on a new stack now and then, and the smallest that fails.
fn try_histories(count: u32, seed: u8) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let config = Config {
        cases: count,
        failure_persistence: None,
        max_shrink_iters: 8,
        ..Config::default()
    };
    let stack = std::cell::RefCell::new(None::<(World, usize)>);
    let result =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
            .run(&history(), |history| {
                let mut held = stack.borrow_mut();
                let (world, lived) = match held.take().filter(|(_, lived)| *lived < PER_STACK) {
                    Some((world, lived)) => (world, lived),
                    None => (runtime.block_on(World::new()), 0),
                };
                let told = format!("{history:?}");
                let lives = std::panic::AssertUnwindSafe(live(&world, history));
                let outcome = runtime.block_on(futures::FutureExt::catch_unwind(lives));
                match outcome {
                    Ok(()) => {
                        *held = Some((world, lived + 1));
                        Ok(())
                    }
                    // The stack is left as it is: the next history gets a new one.
                    Err(_) => Err(TestCaseError::fail(told)),
                }
            });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn whatever_happens_to_a_job_it_comes_to_what_the_model_says() {
    let threads = (0..THREADS).map(|seed| {
        let seed = u8::try_from(seed).unwrap_or_default();
        std::thread::spawn(move || try_histories(HISTORIES / THREADS, seed))
    });
    let threads: Vec<_> = threads.collect();
    let failed = threads.into_iter().filter_map(|thread| thread.join().err()).count();
    assert_eq!(failed, 0, "see above");
}
