use serde_json::json;

use super::operations::kept;
use crate::endpoint::{Endpoint, answer, bare, data};
use crate::parameters::if_none_match;

const TAG: &str = "service";

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![health(), document()]
}

fn health() -> Endpoint {
    Endpoint::new(("get", "/health"), (TAG, "showHealth"), "Shows whether the service is up.")
        .answers(200, answer("It is.", data("Health")))
        .answers(503, answer("Something that it needs is down.", data("Health")))
}

fn document() -> Endpoint {
    Endpoint::new(("get", "/openapi.json"), (TAG, "showOpenapi"), "Shows this document.")
        .takes([if_none_match()])
        .answers(200, kept(answer("The document.", json!({ "type": "object" }))))
        .answers(304, kept(bare("The client has it.")))
}
