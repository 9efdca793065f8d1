//! Everything that the catalogue of this machine promises, done once with a real file: what comes of one is what the
//! next begins with, and another program or decoder says whether it is right.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::iter;

use super::*;
use crate::Made;
use crate::testing::{Bench, are_here, everything_is_required, here};

mod asked;
mod broken;
mod kin;
mod kinds;
mod metadata;
mod peers;
mod seeds;

/// A file to begin with.
#[derive(Clone)]
struct Sample {
    path: PathBuf,
    /// What its text says, if there is text in it.
    word: Option<&'static str>,
}

type Samples = BTreeMap<Format, Sample>;

/// What came of a pair.
struct Attempt {
    name: String,
    engine: &'static str,
    input: Format,
    took: Duration,
    /// The format and the file of which it is a sample now, if it is one.
    made: Result<Option<(Format, Sample)>, String>,
}

async fn attempt(bench: &Bench, pair: Pair<'_>, sample: Sample) -> Attempt {
    let begun = Instant::now();
    let made = try_attempt(bench, pair, &sample).await;
    let via = pair.via.map(|via| format!(" via {via}")).unwrap_or_default();
    let Pair { operation, input, output, engine, .. } = pair;
    let name = format!("{}: {operation} {input} to {output}{via}", engine.name);
    let took = begun.elapsed();
    println!(
        "{name}: {took:.1?}{}",
        made.as_ref().err().map(|error| format!(" {error}")).unwrap_or_default()
    );
    Attempt { name, engine: engine.name, input, took, made }
}

async fn try_attempt(
    bench: &Bench,
    pair: Pair<'_>,
    sample: &Sample,
) -> Result<Option<(Format, Sample)>, String> {
    let (sources, options) = asked::of(pair, &sample.path);
    let made = bench.process(pair.operation, &sources, pair.output, options).await;
    let made = made.map_err(|error| format!("{error} ({error:?})"))?.made;
    let (asked, of) = (peers::Asked::of(pair, sample), made.clone());
    tokio::task::spawn_blocking(move || peers::check(&asked, &of)).await.unwrap()?;
    Ok(becomes(pair, sample.word, made))
}

/// Returns what a result is a sample of.
fn becomes(pair: Pair<'_>, word: Option<&'static str>, made: Made) -> Option<(Format, Sample)> {
    let path = made.files.into_iter().next()?.path;
    // What was text is drawn there.
    let word = word.filter(|_| ![Format::EMF, Format::WMF].contains(&pair.output));
    let whole = matches!(pair.operation, CONVERT | "archive") && path.metadata().ok()?.len() > 0;
    whole.then_some((pair.output, Sample { path, word }))
}

/// Does all that there are samples for, two at a time on two cores, and takes in what came of it; returns the rest.
async fn round<'a>(
    bench: &Bench,
    left: Vec<Pair<'a>>,
    samples: &mut Samples,
    done: &mut Vec<Attempt>,
) -> Vec<Pair<'a>> {
    let able = |pair: &Pair<'_>| asked::sample(*pair, samples).is_some();
    let (now, later): (Vec<_>, Vec<_>) = left.into_iter().partition(able);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let attempts = now.into_iter().filter_map(|pair| Some((pair, asked::sample(pair, samples)?)));
    let attempts = attempts.map(|(pair, sample)| attempt(bench, pair, sample)).collect::<Vec<_>>();
    let mut attempts: Vec<_> = iter(attempts).buffer_unordered(cores).collect().await;
    // A table is lost in formats that hold no tables.
    attempts.sort_by_key(|it| (it.input == Format::CSV, it.name.clone()));
    for attempt in &attempts {
        if let Ok(Some((format, sample))) = &attempt.made {
            samples.entry(*format).or_insert_with(|| sample.clone());
        }
    }
    done.extend(attempts);
    later
}

/// Tells how long each engine took.
fn report(done: &[Attempt]) {
    let mut engines = BTreeMap::<_, (usize, Duration)>::new();
    for Attempt { engine, took, .. } in done {
        let (count, total) = engines.entry(engine).or_default();
        *count += 1;
        *total += *took;
    }
    for (engine, (count, total)) in engines {
        println!("{engine}: {count} in {total:.1?}");
    }
}

/// Returns what is tried: of what is done by way of PDF, whose two steps are pairs of their own, each format once for
/// each operation, unless everything is to be tried.
#[expect(clippy::disallowed_methods, reason = "a setting of whoever runs the tests")]
fn wanted(catalogue: &Catalogue) -> Vec<Pair<'_>> {
    let every = std::env::var_os("RECAST_EVERY_PAIR").is_some_and(|value| value == "1");
    let mut seen = BTreeSet::new();
    let mut is_new = |pair: &Pair<'_>| seen.insert((pair.operation, pair.input));
    let pairs = catalogue.pairs().into_iter();
    pairs.filter(|pair| every || pair.via.is_none() || is_new(pair)).collect()
}

#[tokio::test]
async fn every_pair_makes_what_it_promises_and_nothing_of_broken_files() {
    if !are_here(peers::PROGRAMS) {
        return;
    }
    let bench = Bench::with(here().await);
    let mut samples = seeds::samples(&bench);
    let (mut left, mut done) = (wanted(&bench.catalogue), Vec::new());
    loop {
        let before = left.len();
        kin::add(&bench, &mut samples);
        left = round(&bench, left, &mut samples, &mut done).await;
        if left.len() == before {
            break;
        }
    }
    report(&done);
    let failed =
        done.iter().filter_map(|it| Some(format!("{}: {}", it.name, it.made.as_ref().err()?)));
    // Where a program is missing, so may be what only it makes.
    let missing = left.iter().filter(|_| everything_is_required());
    let missing =
        missing.map(|it| format!("{}: there is no sample of {}", it.engine.name, it.input));
    let broken = broken::complaints(&bench, &samples).await;
    let failed: Vec<_> = failed.chain(missing).chain(broken).collect();
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), done.len(), failed.join("\n"));
}
