//! Who may know whom, and that what is said twice is said alike.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use recast::stack::template::Template;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Returns the names of all packages that one depends on, itself among them.
fn tree(package: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args([
        "tree",
        "--offline",
        "-e",
        "normal",
        "--prefix",
        "none",
        "-p",
        package,
    ]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned).collect()
}

fn manifest(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("Cargo.toml")).unwrap()
}

/// Returns the folders of all functions.
fn functions() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut left = vec![root().join("functions")];
    while let Some(folder) = left.pop() {
        if folder.join("Cargo.toml").is_file() {
            folders.push(folder);
            continue;
        }
        left.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    folders
}

fn package(folder: &Path) -> String {
    let manifest = manifest(folder);
    manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .unwrap()
        .to_owned()
}

#[test]
fn the_domain_knows_nothing_of_the_world() {
    let banned = ["aws", "lambda", "http", "hyper", "tokio", "ambient"];
    let found: Vec<_> = tree("domain")
        .into_iter()
        .filter(|name| banned.iter().any(|ban| name.starts_with(ban)))
        .collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn each_service_has_one_room() {
    for (sdk, room) in [
        ("aws-sdk-dynamodb", "store"),
        ("aws-sdk-lambda", "capture"),
        ("aws-sdk-s3", "files"),
        ("aws-sdk-sfn", "workflow"),
    ] {
        let shared =
            std::fs::read_dir(root().join("shared")).unwrap().map(|entry| entry.unwrap().path());
        let rooms: Vec<_> =
            shared.chain(functions()).filter(|folder| manifest(folder).contains(sdk)).collect();
        assert_eq!(rooms, [root().join("shared").join(room)], "{sdk}");
    }
}

#[test]
fn functions_of_the_api_link_no_engine_and_no_client_for_user_addresses() {
    for name in [
        "show-task",
        "wait-task",
        "show-job",
        "wait-job",
        "create-task",
        "create-job",
        "download-file",
        "list-operations",
        "create-webhook",
        "list-webhooks",
        "delete-webhook",
        "list-deliveries",
        "test-webhook",
        "sync",
    ] {
        let tree = tree(name);
        for heavy in ["image", "resvg", "comrak", "calamine", "reqwest", "zip", "opendal", "russh"]
        {
            assert!(!tree.contains(heavy), "{name} links {heavy}");
        }
    }
}

#[test]
fn functions_that_only_read_cannot_start_anything() {
    for name in [
        "show-task",
        "wait-task",
        "show-job",
        "wait-job",
        "download-file",
        "list-operations",
        "list-webhooks",
        "list-deliveries",
    ] {
        assert!(!tree(name).contains("aws-sdk-sfn"), "{name}");
    }
}

#[test]
fn folders_and_template_name_the_same_functions() {
    let template = Template::read(&Default::default()).unwrap().functions().unwrap();
    let declared: BTreeSet<_> = template.into_iter().map(|function| function.binary).collect();
    let there: BTreeSet<_> = functions().iter().map(|folder| package(folder)).collect();
    assert_eq!(declared, there);
}

#[test]
fn the_main_of_a_function_is_wiring() {
    for folder in functions() {
        let main = std::fs::read_to_string(folder.join("src/main.rs")).unwrap();
        assert!(main.lines().count() <= 30, "{}", folder.display());
    }
}

#[test]
fn the_state_machine_retries_errors_that_exist() {
    let machine = std::fs::read_to_string(root().join("infra/task.asl.json")).unwrap();
    let machine: serde_json::Value = serde_json::from_str(&machine).unwrap();
    let retriers = machine["States"].as_object().unwrap().values();
    let retriers = retriers.flat_map(|state| state["Retry"].as_array().unwrap());
    let names = retriers.flat_map(|retrier| retrier["ErrorEquals"].as_array().unwrap());
    let ours: BTreeSet<_> =
        names.map(|name| name.as_str().unwrap()).filter(|name| !name.contains('.')).collect();
    assert_eq!(ours, BTreeSet::from(["KeyBusy", "ServiceUnavailable", "Throttled", "TooEarly"]));
    let names = [worker::WorkerError::KeyBusy.name(), worker::WorkerError::Throttled.name()];
    assert_eq!(names, ["KeyBusy", "Throttled"]);
    let store = worker::WorkerError::Store(store::StoreError::Throttled);
    assert_eq!(
        (store.name(), worker::WorkerError::TooEarly.name()),
        ("ServiceUnavailable", "TooEarly")
    );
}

#[test]
fn what_opens_pages_may_store_results_and_nothing_else() {
    let template = std::fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let (_, function) = template.split_once("\n  CapturePage:\n").unwrap();
    let (function, _) = function.split_once("\n\n").unwrap();
    let of = |word: &str| function.lines().filter(|line| line.contains(word)).collect::<Vec<_>>();
    assert_eq!(of("Action:"), ["              Action: [s3:PutObject]"]);
    assert!(of("Resource:").iter().all(|line| line.ends_with("/tasks/*' }")));
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Put together, so that this file does not name them either.
    let needles = [["/wo", "rk/"].concat(), ["../sha", "red/"].concat()];
    for file in files(&root()) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        let found = needles.iter().find(|needle| text.contains(needle.as_str()));
        assert_eq!(found, None, "{}", file.display());
    }
}

/// Returns the files of the project, without what building and running it makes.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let made = [".git", ".recast", "node_modules", "target"]
            .iter()
            .any(|name| entry.file_name() == *name);
        match entry.file_type().unwrap() {
            kind if kind.is_dir() && !made => found.extend(files(&entry.path())),
            kind if kind.is_file() && !made => found.push(entry.path()),
            _ => {}
        }
    }
    found
}
