//! An owner's own engines, given as owners give them: the example of the document is run, and what is wrong is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::task;
use crate::process::Service;
use crate::tasks::{convert, export, raw, url};

const DOCUMENT: &str = include_str!("../../docs/adding-an-engine.md");

/// What the example runs: it tells its version, and what it was given.
const SHOUT: &str = r#"#!/bin/sh
[ "$1" = --version ] && echo shout 2.1 && exit
[ "$1" = --volume ] || exit 2
(echo "<!DOCTYPE html><p>$2"; tr a-z A-Z < "$3") > "$4"
"#;

/// Returns the first example of a table in the document.
fn example() -> &'static str {
    let (_, rest) = DOCUMENT.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0
}

/// Writes the table and the program into a folder and returns the table's path.
fn install(folder: &Path, table: &str) -> PathBuf {
    let program = folder.join("shout");
    fs::write(&program, SHOUT).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.join("engines.toml");
    fs::write(&path, table).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_document_works() {
    let folder = tempfile::tempdir().unwrap();
    let table = install(folder.path(), example());
    let data = folder.path().join("data");
    let options = ["--engines", table.to_str().unwrap()];
    let service = Service::start_on(&data, folder.path().as_os_str(), &options).await;
    let listed = "/operations?filter[engine]=shout&include=options,engine_versions";
    let listed = service.get(listed).await.json();
    assert_eq!(listed["data"][0]["engine_versions"][0]["version"], "2.1", "{listed}");
    assert_eq!(listed["data"][0]["options"][0]["name"], "volume", "{listed}");

    let loud = |volume: Value| {
        let mut convert = convert("in", "html");
        convert["volume"] = volume;
        json!({ "in": raw("who is there", "a.txt"), "loud": convert, "out": export("loud") })
    };
    let job = service.ended(&service.create(loud(11.into())).await).await;
    assert_eq!(task(&job, "loud")["engine"], "shout", "{job}");
    let page = service.download(url(task(&job, "out"), 0)).await;
    assert_eq!(page, b"<!DOCTYPE html><p>11\nWHO IS THERE");
    let refused = service.post("/jobs", &json!({ "tasks": loud(12.into()) })).await.json();
    assert!(refused["message"].is_string() && refused["data"].is_null(), "{refused}");
    assert!(refused.to_string().contains("between 1 and 11"), "{refused}");
}

/// Returns what `recast serve` says of a table on its way to its end.
fn complaint(table: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (path, data) = (install(folder.path(), table), folder.path().join("data"));
    let mut serve = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    serve.args(["serve", "--port", "0", "--sync-port", "0", "--data"]).arg(data);
    let ended = serve.arg("--engines").arg(path).env("PATH", folder.path()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    String::from_utf8(ended.stderr).unwrap()
}

#[test]
fn a_broken_table_is_told_with_its_line() {
    let check = |from: &str, to: &str, parts: &[&str]| {
        assert!(example().contains(from), "{from}");
        let said = complaint(&example().replacen(from, to, 1));
        assert!(said.starts_with("recast: the engines cannot be used: "), "{said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    };
    check("inputs = [\"txt\"]", "inputs = [\"words\"]", &["line 12", "unknown format `words`"]);
    check("\"{volume}\"", "\"{loudness}\"", &["line 11", "engine `shout`", "`loudness`"]);
    check("[[engine]]", "[[engine]", &["line 1"]);
}
