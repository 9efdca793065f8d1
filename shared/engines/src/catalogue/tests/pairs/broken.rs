//! Half of a file, and a file under the name of another format: each ends in a clear error, or in what could be saved.

use std::path::PathBuf;

use super::{Samples, asked};
use crate::testing::{Bench, is_clear};
use crate::{Format, Pair};
use futures::StreamExt;
use futures::stream::iter;

/// Returns what is wrong with how that ends, with each engine and each format that it reads.
pub(super) async fn complaints(bench: &Bench, samples: &Samples) -> Vec<String> {
    let mut pairs = bench.catalogue.pairs();
    pairs.retain(|pair| pair.via.is_none() && pair.input != Format::BIN);
    pairs.sort_by_key(|pair| (pair.engine.name, pair.operation, pair.input));
    pairs.dedup_by_key(|pair| (pair.engine.name, pair.operation, pair.input));
    let checks =
        pairs.into_iter().enumerate().map(|(number, pair)| check(bench, samples, (number, pair)));
    let checks: Vec<_> = checks.collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    iter(checks).buffer_unordered(cores).flat_map(iter).collect().await
}

async fn check(bench: &Bench, samples: &Samples, (number, pair): (usize, Pair<'_>)) -> Vec<String> {
    let Some(sample) = asked::sample(pair, samples) else { return Vec::new() };
    let whole = std::fs::read(&sample.path).unwrap();
    let others: Vec<_> = samples.values().collect();
    let half = bench.write(&format!("half-{number}"), &whole[..whole.len() / 2]);
    let other = others[number % others.len()].path.clone();
    let mut complaints = Vec::new();
    for (what, path) in [("half", half), ("other", other)] {
        complaints.extend(complaint(bench, pair, path).await.map(|it| format!("{what}: {it}")));
    }
    complaints
}

async fn complaint(bench: &Bench, pair: Pair<'_>, path: PathBuf) -> Option<String> {
    let begun = std::time::Instant::now();
    let (sources, options) = asked::of(pair, &path);
    let result = bench.process(pair.operation, &sources, pair.output, options).await;
    let Pair { operation, input, engine, .. } = pair;
    let name = format!("{}: {operation} of {input}", engine.name);
    println!("{name} {:.1?} {:?}", begun.elapsed(), result.as_ref().err());
    result
        .err()
        .filter(|error| !is_clear(error))
        .map(|error| format!("{name}: {error} ({error:?})"))
}
