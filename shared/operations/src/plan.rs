//! What a job would do, before anything is done.

use std::collections::{HashMap, HashSet};

use domain::TaskName;
use engines::{Catalogue, Format, Pair, Unsupported};

use crate::Operation;

/// A task of a job to be.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// Its name.
    pub name: &'a TaskName,
    /// What it is asked to do.
    pub operation: &'a Operation,
    /// The tasks whose files it takes.
    pub inputs: &'a [TaskName],
}

/// A task in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned<'a> {
    /// Its name.
    pub name: &'a TaskName,
    /// How it would convert, if that is what it does.
    pub conversion: Option<Forecast>,
}

/// How a conversion would be done, as far as that is known before there are files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// What the files are: none when only they can tell, or when they differ.
    pub input_format: Option<Format>,
    /// What they become, unless that depends on what they are.
    pub output_format: Option<Format>,
    /// The name and version of the engine that would do it, or the sentence why none would; none
    /// while the input format is unknown.
    pub engine: Option<Result<(String, String), String>>,
}

/// Returns which engine would do it, by name and version, or the sentence why none would.
pub(crate) fn foreseen(chosen: Result<Pair<'_>, Unsupported>) -> Result<(String, String), String> {
    chosen
        .map(|pair| (pair.engine.name.to_owned(), pair.version.to_owned()))
        .map_err(|unsupported| format!("{unsupported}."))
}

/// Returns the tasks in an order in which they could run, the given one where that is free.
///
/// What waits for itself, or for a task that is not there, could never run and is left out.
#[must_use]
pub fn plan<'a>(nodes: &[Node<'a>], catalogue: &Catalogue) -> Vec<Planned<'a>> {
    let mut formats: HashMap<&TaskName, Option<Format>> = HashMap::new();
    let planned = order(nodes).into_iter().map(|node| {
        let inputs = common(node.inputs.iter().map(|input| formats.get(input).copied().flatten()));
        let act = node.operation.act();
        formats.insert(node.name, act.produces(inputs));
        Planned { name: node.name, conversion: act.forecast(inputs, catalogue) }
    });
    planned.collect()
}

fn order<'a>(nodes: &[Node<'a>]) -> Vec<Node<'a>> {
    let (mut left, mut ordered) = (nodes.to_vec(), Vec::with_capacity(nodes.len()));
    let mut done = HashSet::new();
    let ready = |node: &Node<'a>, done: &HashSet<&TaskName>| {
        node.inputs.iter().all(|input| done.contains(input))
    };
    while let Some(next) = left.iter().position(|node| ready(node, &done)) {
        let node = left.remove(next);
        done.insert(node.name);
        ordered.push(node);
    }
    ordered
}

/// Returns the one format of all files.
fn common(mut formats: impl Iterator<Item = Option<Format>>) -> Option<Format> {
    let first = formats.next()??;
    formats.all(|format| format == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests;
