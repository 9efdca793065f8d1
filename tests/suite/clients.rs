//! The official clients, unmodified, against the service as a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::{absent, missing, text};
use crate::process::Service;

/// Returns a path in `tests/clients`.
fn script(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(path)
}

/// Runs a client's scenarios against a service that lets it serve files from this machine.
async fn check(mut client: Command, more: &[&str]) {
    let data = tempfile::tempdir().unwrap();
    let options = [&["--allow-host", "127.0.0.1"], more].concat();
    let service = Service::start_with(data.path(), &options).await;
    let ca = service.endpoints["ca"].as_str().unwrap_or_default();
    client.env("NODE_EXTRA_CA_CERTS", ca);
    client.env("RECAST_SIGNING_SECRET", signing_secret(data.path()).await);
    check_on(client, data.path()).await;
}

/// Runs a client's scenarios against what the `endpoints.json` in a directory tells of.
pub(crate) async fn check_on(mut client: Command, data: &Path) {
    client.arg(data).env("NO_PROXY", "*");
    let output = tokio::task::spawn_blocking(move || client.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{wrong}");
}

/// Returns what the owner's deliveries are signed with, as the command line tells it.
async fn signing_secret(data: &Path) -> String {
    let mut create = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    create.args(["keys", "create", "--json", "--data"]).arg(data);
    let made = tokio::task::spawn_blocking(move || create.output().unwrap()).await.unwrap();
    let key: Value = serde_json::from_slice(&made.stdout).unwrap();
    text(&key["signing_secret"]).to_owned()
}

/// Returns how the node client is run, none when it cannot be.
fn node(way: &str) -> Option<Command> {
    let installed = script("node/node_modules/cloudconvert").is_dir();
    if missing("node") || absent("cloudconvert for node", installed) {
        return None;
    }
    let mut node = Command::new("node");
    node.arg(script("node/main.mjs")).arg(way);
    Some(node)
}

/// Returns how the python client is run, none when it cannot be.
pub(crate) fn python() -> Option<Command> {
    let python = std::env::var_os("RECAST_PYTHON").unwrap_or_else(|| "python3".into());
    let import = Command::new(&python).args(["-c", "import cloudconvert"]).output();
    let found = import.is_ok_and(|output| output.status.success());
    if absent("cloudconvert for python", found) {
        return None;
    }
    let mut command = Command::new(python);
    command.arg(script("python/main.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    Some(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_works_with_its_hosts_replaced() {
    if let Some(client) = node("elsewhere") {
        check(client, &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_works_as_it_is_over_tls() {
    if let Some(client) = node("region") {
        check(client, &["--tls", "--tls-port", "0"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_works_as_it_is() {
    if let Some(client) = python() {
        check(client, &[]).await;
    }
}
