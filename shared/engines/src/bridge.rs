//! What is done by way of another format: a document's pages become pictures once it is a PDF.

use crate::{CONVERT, Format, Wanted};

/// An operation, what files become first that no engine takes for it, and what may come of it then.
struct Bridge {
    operation: &'static str,
    via: Format,
    outputs: &'static [Format],
}

const PICTURES: &[Format] = &[Format::JPG, Format::PNG, Format::WEBP];

const BRIDGES: [Bridge; 3] = [
    Bridge { operation: CONVERT, via: Format::PDF, outputs: PICTURES },
    Bridge { operation: "thumbnail", via: Format::PDF, outputs: PICTURES },
    Bridge { operation: "merge", via: Format::PDF, outputs: &[Format::PDF] },
];

/// Returns the format by way of which something may be done, if there is one.
pub(crate) fn over(wanted: Wanted<'_>) -> Option<Format> {
    let leads = |bridge: &&Bridge| {
        bridge.operation == wanted.operation && bridge.outputs.contains(&wanted.output)
    };
    BRIDGES.iter().find(leads).map(|bridge| bridge.via).filter(|via| *via != wanted.input)
}

/// Returns what may be done by way of another format, given what can become that.
pub(crate) fn all(inputs: impl Fn(Format) -> Vec<Format>) -> Vec<Wanted<'static>> {
    let of = |bridge: &'static Bridge| {
        let outputs = bridge.outputs.iter();
        let wanted = move |input| {
            outputs.clone().map(move |&output| Wanted {
                operation: bridge.operation,
                input,
                output,
            })
        };
        inputs(bridge.via).into_iter().flat_map(wanted)
    };
    BRIDGES.iter().flat_map(of).collect()
}
