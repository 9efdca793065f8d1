use egress::AllowedHosts;
use serde_json::json;

use crate::{Invalid, Operation, Rules};

#[track_caller]
fn check(payload: serde_json::Value, expect: &[(&str, &str)]) {
    let catalogue = engines::Catalogue::from_setting("office=7.4.7.2");
    let rules = Rules { catalogue, hosts: AllowedHosts::default(), role_buckets: Vec::new() };
    let parsed = Operation::parse("convert", payload.as_object().unwrap(), &rules);
    let invalid = |(field, message): &(&str, &str)| Invalid {
        field: (*field).to_owned(),
        message: (*message).to_owned(),
    };
    let expect: Vec<_> = expect.iter().map(invalid).collect();
    assert_eq!(parsed.err().unwrap_or_default(), expect, "{payload}");
}

#[test]
fn an_engine_and_its_version_must_be_there_when_the_pair_is_known() {
    let pair = |engine: &str, version: &str| json!({ "input_format": "csv", "output_format": "xlsx", "engine": engine, "engine_version": version });
    check(pair("libreoffice", "7.4"), &[]);
    check(pair("office", ""), &[]);
    let own = env!("CARGO_PKG_VERSION");
    let there = format!(
        "csv is not converted to xlsx by version 24.8 of an engine, but by sheets {own}, office 7.4.7.2."
    );
    check(pair("office", "24.8"), &[("engine_version", &there)]);
    let there = "csv is not converted to xlsx by an engine of that name, but by sheets, office.";
    check(pair("excel", "7.4"), &[("engine", there)]);
    check(json!({ "output_format": "xlsx", "engine": "excel", "engine_version": "1" }), &[]);
}

#[test]
fn options_are_those_of_the_engine_that_was_asked_for() {
    let sheet = |engine: &str| json!({ "input_format": "xlsx", "output_format": "csv", "engine": engine, "sheet": 0 });
    check(sheet("office"), &[]);
    check(sheet("sheets"), &[("sheet", "The sheet must be an integer between 1 and 10000.")]);
}
