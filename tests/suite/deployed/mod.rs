//! The same flows through the service as a process and through the functions as they are deployed: the
//! release binaries and the template, in a stand-in for AWS that is not ours.

mod flows;
mod front;
mod ministack;

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::clients;
use crate::harness::{Api, Gate, task, text};
use crate::process::Service;
use ministack::Deployed;

/// How long the sweep may take to find a group: it looks after two minutes, and again after four.
const SWEEP: Duration = Duration::from_mins(5);

#[tokio::test(flavor = "multi_thread")]
async fn files_go_through_the_service() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start_with(data.path(), &["--allow-host", "127.0.0.1"]).await;
    flows::all(&service).await;
    smoke(&service).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_through_the_functions_as_deployed() {
    let Some(deployed) = Deployed::new().await else { return };
    a_runner_dies(&deployed).await;
    let lost = runners_die_unseen(&deployed).await;
    flows::all(&deployed.api).await;
    smoke(&deployed.api).await;
    if let Some(mut client) = clients::python() {
        // The stand-in takes the names of files for Latin-1.
        client.env("RECAST_WITHOUT", "uploads_under_odd_names");
        clients::check_on(client, deployed.data.path()).await;
    }
    the_sweep_finds(&deployed, &lost).await;
}

/// The command that an operator checks a deployment with finds nothing wrong.
async fn smoke(api: &Api) {
    let mut smoke = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    smoke.args(["smoke", "--endpoint", &api.base, "--key", &api.key]);
    let said = tokio::task::spawn_blocking(move || smoke.output().unwrap()).await.unwrap();
    let seen = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{seen}{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(seen.lines().filter(|line| line.starts_with("ok ")).count(), 11, "{seen}");
}

/// A runner that was killed is followed by another.
async fn a_runner_dies(deployed: &Deployed) {
    let gate = Gate::closed().await;
    let import = at_work(&deployed.api, &gate).await;
    deployed.kill_the_runners();
    gate.visited(2).await;
    gate.open();
    let ended = deployed.api.ended_task(&import).await;
    assert_eq!(ended["status"], "finished", "{ended}");
}

/// Kills all the runners of a task, with nobody there to say so, and returns the task.
async fn runners_die_unseen(deployed: &Deployed) -> Value {
    let gate = Gate::closed().await;
    let import = at_work(&deployed.api, &gate).await;
    deployed.stop_execution(text(&import["id"])).await;
    // The stand-in looks at an execution that was stopped only when a state is over, with its tries.
    for attempt in 1..=3 {
        gate.visited(attempt).await;
        deployed.kill_the_runners();
    }
    import
}

async fn the_sweep_finds(deployed: &Deployed, lost: &Value) {
    let path = format!("/tasks/{}", text(&lost["id"]));
    let ended = deployed.api.ended_within(SWEEP, &path).await;
    assert_eq!(ended["code"], "TIMEOUT", "{ended}");
}

/// Creates a job that imports what the gate has not let go, and returns its task once it is worked on.
async fn at_work(api: &Api, gate: &Gate) -> Value {
    let job = api.create(serde_json::json!({ "import": gate.import() })).await;
    let import = task(&job, "import").clone();
    api.at_work(&import).await;
    import
}
