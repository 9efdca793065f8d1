use egress::AllowedHosts;
use serde_json::{Map, Value, json};

use super::*;
use crate::Rules;

fn name(text: &str) -> TaskName {
    TaskName::try_from(text.to_owned()).unwrap()
}

/// Plans a job as a client would write it and returns `name`, or `name: input > output by engine`.
fn planned(tasks: Value) -> Vec<String> {
    let catalogue = Catalogue::from_setting("office=7.4.7.2");
    let rules = Rules { catalogue, hosts: AllowedHosts::default(), role_buckets: Vec::new() };
    let tasks = tasks.as_object().unwrap().iter().map(|(task, payload)| {
        let payload: &Map<String, Value> = payload.as_object().unwrap();
        let operation = Operation::parse(payload["operation"].as_str().unwrap(), payload, &rules);
        let inputs = payload.get("input").and_then(Value::as_array).into_iter().flatten();
        let inputs: Vec<_> = inputs.map(|input| name(input.as_str().unwrap())).collect();
        (name(task), operation.unwrap(), inputs)
    });
    let tasks: Vec<_> = tasks.collect();
    let node = |(name, operation, inputs)| Node { name, operation, inputs };
    let nodes: Vec<_> =
        tasks.iter().map(|(name, operation, inputs)| node((name, operation, inputs))).collect();
    plan(&nodes, &rules.catalogue).iter().map(written).collect()
}

fn written(task: &Planned<'_>) -> String {
    let Some(forecast) = &task.conversion else { return task.name.to_string() };
    let input = forecast.input_format.map_or("?".to_owned(), |format| format.to_string());
    let engine = match &forecast.engine {
        Some(Ok((engine, version))) => format!("{engine} {version}"),
        Some(Err(sentence)) => sentence.clone(),
        None => "?".to_owned(),
    };
    let output = forecast.output_format.map_or("?".to_owned(), |format| format.to_string());
    format!("{}: {input} > {output} by {engine}", task.name)
}

fn convert(input: Value, output: &str) -> Value {
    json!({ "operation": "convert", "input": input, "output_format": output })
}

fn raw(filename: &str) -> Value {
    json!({ "operation": "import/raw", "file": "a", "filename": filename })
}

/// Plans the conversion of what an import brings in.
fn after(import: Value, output: &str) -> String {
    planned(json!({ "in": import, "out": convert(json!(["in"]), output) })).remove(1)
}

#[test]
fn tasks_come_after_their_inputs_and_else_as_they_were_given() {
    let tasks = json!({
        "export": { "operation": "export/url", "input": ["second"] },
        "second": convert(json!(["first"]), "pdf"),
        "upload": { "operation": "import/upload" },
        "first": convert(json!(["upload"]), "docx"),
        "other": { "operation": "import/upload" },
    });
    let expect = [
        "upload",
        "first: ? > docx by ?",
        "second: docx > pdf by office 7.4.7.2",
        "export",
        "other",
    ];
    assert_eq!(planned(tasks), expect);
}

#[test]
fn what_could_never_run_is_left_out() {
    let tasks = json!({
        "a": convert(json!(["b"]), "png"), "b": convert(json!(["a"]), "png"),
        "lost": convert(json!(["nobody"]), "png"), "in": { "operation": "import/upload" },
    });
    assert_eq!(planned(tasks), ["in"]);
}

#[test]
fn names_of_imports_tell_their_format() {
    let own = format!("by image {}", env!("CARGO_PKG_VERSION"));
    let url = |url: &str| json!({ "operation": "import/url", "url": url });
    assert_eq!(after(raw("a.PNG"), "webp"), format!("out: png > webp {own}"));
    assert_eq!(
        after(url("https://example.org/a/b.jpeg?c=d.docx"), "webp"),
        format!("out: jpg > webp {own}")
    );
    let mut named = url("https://example.org/b.docx");
    named["filename"] = json!("b.gif");
    assert_eq!(after(named, "webp"), format!("out: gif > webp {own}"));
    for unknown in [
        json!({ "operation": "import/upload" }),
        raw("a"),
        url("https://example.org/"),
        url("https://example.org/png"),
    ] {
        assert_eq!(after(unknown, "webp"), "out: ? > webp by ?");
    }
}

#[test]
fn what_the_user_says_goes_before_what_names_say() {
    let tasks = json!({ "in": raw("a.txt"), "out": { "operation": "convert", "input": ["in"], "input_format": "csv", "output_format": "xlsx", "engine": "libreoffice", "engine_version": "7" } });
    assert_eq!(planned(tasks)[1], "out: csv > xlsx by office 7.4.7.2");
}

#[test]
fn what_cannot_be_done_says_why() {
    assert_eq!(
        after(raw("a.md"), "png"),
        "out: md > png by md cannot be converted to png, only to html, txt."
    );
    let tasks = json!({ "in": raw("a.docx"), "out": { "operation": "convert", "input": ["in"], "output_format": "pdf", "engine_version": "8" } });
    let expect = "out: docx > pdf by docx is not converted to pdf by version 8 of an engine, but by office 7.4.7.2.";
    assert_eq!(planned(tasks)[1], expect);
}

#[test]
fn several_inputs_have_a_format_when_it_is_one() {
    let inputs = |second: &str, archive: bool| {
        let export = json!({ "operation": "export/url", "input": ["a", "b"], "archive_multiple_files": archive });
        let tasks = json!({ "a": raw("a.md"), "b": raw(second), "export": export, "out": convert(json!(["export"]), "html") });
        planned(tasks).remove(3)
    };
    let known = format!("out: md > html by comrak {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(inputs("b.md", false), known);
    assert_eq!(inputs("b.txt", false), "out: ? > html by ?");
    assert_eq!(inputs("b", false), "out: ? > html by ?");
    assert_eq!(inputs("b.md", true), "out: ? > html by ?");
}
