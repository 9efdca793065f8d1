//! What people who work on one function call it with: its example event, and the routes of `cargo lambda watch`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use recast::stack::template::Template;
use serde_json::Value;

use crate::harness::World;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../infra/events")
}

fn functions() -> BTreeSet<String> {
    let functions = Template::read(&Default::default()).unwrap().functions().unwrap();
    functions.into_iter().map(|function| function.binary).collect()
}

#[test]
fn every_function_has_an_example() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = files.map(|name| name.into_string().unwrap().replace(".json", ""));
    assert_eq!(names.collect::<BTreeSet<_>>(), functions());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_understands_its_example() {
    let world = World::new().await;
    for name in functions() {
        // It streams, so nothing but Lambda calls it as one piece; a page of the web is not opened here.
        if ["sync", "capture-page"].contains(&name.as_str()) {
            continue;
        }
        let event = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let event = event.replace("KEY", &world.key);
        let lambda = &world.stack.endpoints.aws.lambda;
        let invoke = format!("{lambda}/2015-03-31/functions/recast-{name}/invocations");
        let answer = world.http.post(invoke).body(event).send().await.unwrap();
        assert!(answer.headers().get("x-amz-function-error").is_none(), "{name}");
        let answer: Value = answer.json().await.unwrap();
        // Of what the examples name nothing is there; what they ask for is understood all the same.
        let status = answer["statusCode"].as_u64();
        assert!(
            status.is_none_or(|status| [200, 201, 404, 422].contains(&status)),
            "{name}: {answer}"
        );
    }
}

#[test]
fn cargo_lambda_watch_has_the_routes_of_the_template() {
    let functions = Template::read(&Default::default()).unwrap().functions().unwrap();
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
