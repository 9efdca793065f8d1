use serde_json::{Value, json};

use crate::endpoint::{Endpoint, answer, bare, page, with_headers};
use crate::parameters::{filter, flag, if_none_match, include, paging};

const TAG: &str = "operations";

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        listed("/operations", "listOperations", "Lists what can be done here."),
        listed("/convert/formats", "listFormats", "Lists what can be converted here."),
    ]
}

fn listed(path: &str, id: &str, summary: &str) -> Endpoint {
    let names = ["operation", "input_format", "output_format", "engine", "engine_version"];
    let alternatives =
        flag("alternatives", "Whether all engines of a pair are listed, best first.");
    Endpoint::new(("get", path), (TAG, id), summary)
        .takes(names.map(filter))
        .takes([include(&["options", "engine_versions"]), alternatives, if_none_match()])
        .takes(paging(1000))
        .answers(200, kept(answer("A page of operations.", page("Operation"))))
        .answers(304, kept(bare("The client has it.")))
        .refused(&[422])
}

/// Says that an answer is the same for everybody and may be kept.
pub(super) fn kept(response: Value) -> Value {
    let header = json!({ "required": true, "schema": { "type": "string" } });
    with_headers(response, json!({ "ETag": header, "Cache-Control": header }))
}
