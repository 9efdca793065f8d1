use std::collections::HashSet;

use crate::TaskName;

/// A task of a job to be and the names of those it depends on.
type Node<'a> = (&'a TaskName, &'a [TaskName]);

/// Returns the tasks that can never start because they wait for themselves, in order.
///
/// Inputs that are no tasks of the job keep nobody waiting here.
#[must_use]
pub fn cycle<'a>(nodes: &[Node<'a>]) -> Vec<&'a TaskName> {
    let mut left: Vec<Node<'a>> = nodes.to_vec();
    loop {
        let names: HashSet<_> = left.iter().map(|(name, _)| *name).collect();
        let before = left.len();
        left.retain(|(_, inputs)| inputs.iter().any(|input| names.contains(input)));
        if left.len() == before {
            return left.into_iter().map(|(name, _)| name).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> TaskName {
        TaskName::try_from(text.to_owned()).unwrap()
    }

    /// Reads `a<b,c` as: a depends on b and c.
    fn graph(text: &str) -> Vec<(TaskName, Vec<TaskName>)> {
        let node = |part: &str| match part.split_once('<') {
            Some((task, inputs)) => (name(task), inputs.split(',').map(name).collect()),
            None => (name(part), Vec::new()),
        };
        text.split_whitespace().map(node).collect()
    }

    #[track_caller]
    fn check(text: &str, cyclic: &[&str]) {
        let graph = graph(text);
        let nodes: Vec<Node<'_>> =
            graph.iter().map(|(name, inputs)| (name, inputs.as_slice())).collect();
        let found: Vec<_> = cycle(&nodes).into_iter().map(TaskName::as_str).collect();
        assert_eq!(found, cyclic, "cycle of {text}");
    }

    #[test]
    fn graphs_are_judged() {
        check("a", &[]);
        check("c<b b<a a", &[]);
        check("a b<a c<a d<b,c", &[]);
        check("a<a", &["a"]);
        check("a<b b<c c<a d", &["a", "b", "c"]);
        check("a b<x", &[]);
    }

    #[test]
    fn what_waits_for_a_cycle_is_named_with_it() {
        check("a<b b<a c<b", &["a", "b", "c"]);
    }
}
