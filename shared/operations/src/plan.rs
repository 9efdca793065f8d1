//! What a job would do, before anything is done.

use std::collections::{HashMap, HashSet};

use domain::{FileName, TaskName};
use engines::{Catalogue, Format};
use url::Url;

use crate::{Convert, ImportUrl, Operation};

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
    /// What they become.
    pub output_format: Format,
    /// The name and version of the engine that would do it, or the sentence why none would; none
    /// while the input format is unknown.
    pub engine: Option<Result<(String, String), String>>,
}

/// Returns the tasks in an order in which they could run, the given one where that is free.
///
/// What waits for itself, or for a task that is not there, could never run and is left out.
#[must_use]
pub fn plan<'a>(nodes: &[Node<'a>], catalogue: &Catalogue) -> Vec<Planned<'a>> {
    let mut formats: HashMap<&TaskName, Option<Format>> = HashMap::new();
    let planned = order(nodes).into_iter().map(|node| {
        let inputs = common(node.inputs.iter().map(|input| formats.get(input).copied().flatten()));
        formats.insert(node.name, produced(node.operation, inputs));
        let conversion = match node.operation {
            Operation::Convert(convert) => Some(forecast(convert, inputs, catalogue)),
            Operation::ImportUrl(_)
            | Operation::ImportUpload(_)
            | Operation::Stored(_)
            | Operation::ExportUrl(_) => None,
        };
        Planned { name: node.name, conversion }
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

/// Returns the format of the files that a task makes or brings in, as far as their names tell.
fn produced(operation: &Operation, inputs: Option<Format>) -> Option<Format> {
    match operation {
        Operation::ImportUrl(import) => format_of_import(import),
        Operation::ImportUpload(_) => None,
        Operation::Stored(stored) => Format::from_file_name(stored.filename.as_str()),
        Operation::Convert(convert) => Some(convert.output_format),
        // What is packed and what is not depends on how many files there are.
        Operation::ExportUrl(export) => inputs.filter(|_| !export.archive),
    }
}

fn format_of_import(import: &ImportUrl) -> Option<Format> {
    let named = import.filename.as_ref().map(FileName::as_str);
    named.map_or_else(|| format_of_address(&import.url), Format::from_file_name)
}

fn format_of_address(url: &Url) -> Option<Format> {
    Format::from_file_name(url.path_segments()?.next_back()?)
}

fn forecast(convert: &Convert, inputs: Option<Format>, catalogue: &Catalogue) -> Forecast {
    let input_format = convert.input_format.or(inputs);
    let chosen = input_format.map(|input| convert.choose(catalogue, input));
    let engine = chosen.map(|chosen| match chosen {
        Ok(pair) => Ok((pair.engine.name.to_owned(), pair.version.to_owned())),
        Err(unsupported) => Err(format!("{unsupported}.")),
    });
    Forecast { input_format, output_format: convert.output_format, engine }
}

#[cfg(test)]
mod tests;
