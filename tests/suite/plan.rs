//! A dry run says what a job would do, and does nothing.

use serde_json::{Value, json};

use crate::harness::World;
use crate::tasks::{awaited, convert, export, raw};

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_of_a_job_is_told_in_order_with_the_engines() {
    let world = World::new().await;
    let tasks = json!({
        "out": export(json!(["page", "pic"])),
        "page": convert("text", "html"),
        "text": raw("# a", "a.md"),
        "pic": convert("up", "webp"),
        "up": awaited(),
        "odd": convert("text", "webp"),
    });
    let answer = world.post("/jobs?dry_run=true", &json!({ "tasks": tasks })).await;
    assert_eq!(answer.status, 200);
    let planned = answer.data()["tasks"].as_array().unwrap().iter().map(line).collect::<Vec<_>>();
    insta::assert_snapshot!(planned.join("\n"), @r"
    text (import/raw) - to - by - -: -
    page (convert text) md to html by comrak 0.1.0: -
    up (import/upload) - to - by - -: -
    pic (convert up) - to webp by - -: -
    out (export/url page pic) - to - by - -: -
    odd (convert text) md to webp by - -: md cannot be converted to webp, only to html, txt.
    ");
    assert!(world.rows().await.is_empty() && world.objects().await.is_empty());
}

/// Writes a planned task in a line.
fn line(task: &Value) -> String {
    let word = |name: &str| task[name].as_str().unwrap_or("-").to_owned();
    let inputs = task["depends_on"].as_array().unwrap().iter().map(|input| input.as_str().unwrap());
    let operation = [word("operation")].into_iter().chain(inputs.map(ToOwned::to_owned));
    let [input, output, engine, version] =
        ["input_format", "output_format", "engine", "engine_version"].map(word);
    let operation = operation.collect::<Vec<_>>().join(" ");
    let (name, message) = (word("name"), word("message"));
    format!("{name} ({operation}) {input} to {output} by {engine} {version}: {message}")
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_told_by_a_dry_run_too() {
    let world = World::new().await;
    let tasks = json!({ "a": convert("b", "nonsense"), "c": { "operation": "no/such" } });
    let body =
        json!({ "tasks": tasks, "webhook_url": "http://10.0.0.1/", "tag": 7, "redirect": true });
    let dry = world.post("/jobs?dry_run=1", &body).await;
    let real = world.post("/jobs", &body).await;
    assert_eq!((dry.status, &dry.text), (422, &real.text));
    let errors = dry.json()["errors"].clone();
    for field in [
        "tasks.a.input",
        "tasks.a.output_format",
        "tasks.c.operation",
        "webhook_url",
        "tag",
        "redirect",
    ] {
        assert!(errors[field].is_array(), "{field} in {errors:#}");
    }
}
