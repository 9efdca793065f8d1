//! The functions one by one under `cargo lambda`, with a running service as the AWS that they call.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::events::{example, functions, understood};
use crate::harness::{Api, named, task, text};
use crate::process::{Running, Service, free_port};

/// The task that the examples ask for.
const EXAMPLE: &str = "01a20be8-9d48-71e9-afdc-16e227730001";

/// `cargo lambda watch`, with all functions as they are deployed.
struct Watch {
    program: PathBuf,
    port: String,
    service: Service,
    _running: Vec<Running>,
    data: TempDir,
}

impl Watch {
    /// None when there is no cargo-lambda or when the functions have not been built.
    async fn new() -> Option<Self> {
        let (program, binaries) = (named("RECAST_CARGO_LAMBDA")?, named("RECAST_FUNCTIONS")?);
        let data = tempfile::tempdir().unwrap();
        let service = Service::start_with(data.path(), &[]).await;
        let port = free_port();
        let mut watch = command(&program, "watch", &port.to_string());
        watch.arg("--only-lambda-apis").stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = vec![Running(watch.spawn().unwrap())];
        reached(port).await;
        let environment = environment(data.path());
        for name in functions().into_iter().map(|function| function.binary) {
            let mut function = Command::new(binaries.join(&name));
            function.env_clear().envs(environment.clone());
            function.stdout(Stdio::null()).stderr(Stdio::null());
            function.env("AWS_LAMBDA_RUNTIME_API", format!("http://127.0.0.1:{port}/.rt/{name}"));
            function.env("AWS_LAMBDA_FUNCTION_NAME", &name);
            function.env("AWS_LAMBDA_FUNCTION_VERSION", "1");
            function.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "4096");
            running.push(Running(function.spawn().unwrap()));
        }
        let port = port.to_string();
        Some(Self { program, port, service, _running: running, data })
    }

    /// Calls a function with an event and returns its answer.
    async fn invoke(&self, name: &str, event: String) -> Value {
        let file = self.data.path().join("event.json");
        fs::write(&file, event).unwrap();
        let mut invoke = command(&self.program, "invoke", &self.port);
        invoke.arg(name).arg("--data-file").arg(file);
        let said = tokio::task::spawn_blocking(move || invoke.output().unwrap()).await.unwrap();
        assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
        serde_json::from_slice(&said.stdout).unwrap_or_default()
    }
}

fn command(program: &Path, of: &str, port: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["lambda", of, "--invoke-address", "127.0.0.1", "--invoke-port", port]);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    command
}

async fn reached(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "cargo lambda watch never answered");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Returns what `recast environment` says that a function is given.
fn environment(data: &Path) -> Vec<(String, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    let said = command.args(["environment", "--data"]).arg(data).output().unwrap();
    let lines = String::from_utf8(said.stdout).unwrap();
    let variable = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), serde_json::from_str(value).ok()?))
    };
    lines.lines().map(|line| variable(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_watched_and_invoked_as_the_workspace_says() {
    let Some(watch) = Watch::new().await else { return };
    let key = &watch.service.key;
    for function in functions() {
        // The one opens a page of the web; of the other, which streams, `invoke` takes only 200 for an answer.
        if ["capture-page", "sync"].contains(&function.binary.as_str()) {
            continue;
        }
        let event = example(&function.binary, key);
        understood(&function, &watch.invoke(&function.binary, event).await);
    }
    let base = format!("http://127.0.0.1:{}/v2", watch.port);
    let api = Api::new(&base, text(&watch.service.endpoints["sync"]), key);
    let job = api.ended(&api.picture_job().await).await;
    assert_eq!(job["status"], "finished", "{job}");
    let event = example("sync", key).replace(EXAMPLE, text(&task(&job, "export")["id"]));
    assert_eq!(watch.invoke("sync", event).await["data"]["status"], "finished");
}
