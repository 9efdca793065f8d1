//! What people who work on one function call it with: its example event, and the routes of `cargo lambda watch`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use recast::stack::template::{Function, Template};
use serde_json::Value;

use crate::harness::World;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../infra/events")
}

/// Returns all functions.
pub(crate) fn functions() -> Vec<Function> {
    Template::read(&Default::default()).unwrap().functions().unwrap()
}

/// Returns a function's example, asked for with a key.
pub(crate) fn example(name: &str, key: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap().replace("KEY", key)
}

/// Checks the answer to an example: of what it names nothing is there; what it asks for is understood all the same.
#[track_caller]
pub(crate) fn understood(function: &Function, answer: &Value) {
    let status = answer["statusCode"].as_u64();
    let told =
        status.map_or(function.routes.is_empty(), |status| [200, 201, 404, 422].contains(&status));
    assert!(told, "{}: {answer}", function.binary);
}

#[test]
fn every_function_has_an_example() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = files.map(|name| name.into_string().unwrap().replace(".json", ""));
    let functions = functions().into_iter().map(|function| function.binary);
    assert_eq!(names.collect::<BTreeSet<_>>(), functions.collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_understands_its_example() {
    let world = World::new().await;
    for function in functions() {
        let name = &function.binary;
        // It streams, so nothing but Lambda calls it as one piece; a page of the web is not opened here.
        if ["sync", "capture-page"].contains(&name.as_str()) {
            continue;
        }
        let lambda = &world.stack.endpoints.aws.lambda;
        let invoke = format!("{lambda}/2015-03-31/functions/recast-{name}/invocations");
        let event = example(name, &world.key);
        let answer = world.http.post(invoke).body(event).send().await.unwrap();
        assert!(answer.headers().get("x-amz-function-error").is_none(), "{name}");
        understood(&function, &answer.json().await.unwrap());
    }
}

#[test]
fn cargo_lambda_watch_has_the_routes_of_the_template() {
    let functions = functions();
    let routes = functions.iter().flat_map(|function| {
        function.routes.iter().map(|route| format!("{} {}", route.key(), function.binary))
    });
    let here = |route: &String| !route.contains("/.") && !route.starts_with("$default");
    let manifest = include_str!("../../Cargo.toml").parse::<toml::Table>().unwrap();
    let router = &manifest["workspace"]["metadata"]["lambda"]["watch"]["router"];
    let watched = router.as_table().unwrap().iter().flat_map(|(path, functions)| {
        functions.as_array().unwrap().iter().map(move |of| {
            format!(
                "{} {path} {}",
                of["method"].as_str().unwrap(),
                of["function"].as_str().unwrap()
            )
        })
    });
    assert_eq!(watched.collect::<BTreeSet<_>>(), routes.filter(here).collect());
}
