//! MiniStack, with the template deployed to it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use aws::Environment;
use recast::stack::AwsEndpoints;
use serde_json::{Value, json};
use tempfile::TempDir;
use workflow::Workflow;

use super::front::front;
use crate::harness::{Api, http, named, text};
use crate::process::{Running, free_port};

const STACK: &str = "recast";
const ACCOUNT: &str = "000000000000";
const REGION: &str = "us-east-1";

/// The functions as they are deployed, which may reach this machine.
pub(crate) struct Deployed {
    pub(crate) api: Api,
    /// Where `endpoints.json` is, as clients' scenarios look for it.
    pub(crate) data: TempDir,
    environment: Environment,
    _running: Running,
}

impl Deployed {
    /// Deploys the release binaries of `RECAST_FUNCTIONS` with the Python of `RECAST_MINISTACK`; none
    /// when there are none.
    pub(crate) async fn new() -> Option<Self> {
        let (python, functions) = (named("RECAST_MINISTACK")?, named("RECAST_FUNCTIONS")?);
        let data = tempfile::tempdir().unwrap();
        let (endpoint, running) = start(&python, data.path()).await;
        let said = deploy(&python, &endpoint, &functions).await;
        let environment = environment(&said["settings"], &endpoint);
        let gateway = front(text(&said["api"])).await;
        let api = format!("{gateway}/v2");
        let sync = format!("{}/v2", front(text(&said["sync"])).await);
        let key = key(&endpoint).await;
        // What the function URL gives out names a host of AWS: clients that fetch it go by the gateway.
        let region = format!("{gateway}/.sync.api.cloudconvert.com/v2");
        let endpoints = json!({ "api": api, "sync": region, "api_key": text(&key["key"]) });
        fs::write(data.path().join("endpoints.json"), endpoints.to_string()).unwrap();
        let api = Api::new(&api, &sync, text(&key["key"]));
        Some(Self { api, data, environment, _running: running })
    }

    /// Ends a task's execution without anybody being told.
    pub(crate) async fn stop_execution(&self, task: &str) {
        let workflow = Workflow::new(&self.environment).unwrap();
        workflow.stop(task.parse().unwrap()).await.unwrap();
    }

    /// Kills every process that runs run-task.
    pub(crate) fn kill_the_runners(&self) {
        let endpoint = self.environment.settings.required("AWS_ENDPOINT_URL_SFN").unwrap();
        let own = [
            format!("AWS_LAMBDA_FUNCTION_NAME={STACK}-run-task"),
            format!("AWS_ENDPOINT_URL={endpoint}"),
        ];
        let mut killed = 0;
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            let variables: Vec<_> = environment.split(|byte| *byte == 0).collect();
            if own.iter().all(|variable| variables.contains(&variable.as_bytes())) {
                let id = process.file_name().into_string().unwrap();
                killed += usize::from(
                    Command::new("kill").args(["-KILL", &id]).status().unwrap().success(),
                );
            }
        }
        assert!(killed > 0, "no runner was at work");
    }
}

/// Starts MiniStack and waits until it answers.
async fn start(python: &Path, directory: &Path) -> (String, Running) {
    let port = free_port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let mut ministack = Command::new(python);
    ministack.args(["-m", "ministack"]).stdout(Stdio::null()).stderr(Stdio::null());
    ministack.env("GATEWAY_PORT", port.to_string()).env("BIND_HOST", "127.0.0.1");
    ministack.env("MINISTACK_HOST", "127.0.0.1").env("IOT_MTLS_ENABLED", "0");
    // Only so do its functions learn where AWS is.
    ministack.env("AWS_ENDPOINT_URL", &endpoint).env("AUTH", "true").env("TMPDIR", directory);
    let running = Running(ministack.spawn().unwrap());
    let (http, begun) = (http(), Instant::now());
    while http.get(format!("{endpoint}/_ministack/health")).send().await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "MiniStack never answered");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (endpoint, running)
}

async fn deploy(python: &Path, endpoint: &str, functions: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ministack/deploy.py");
    let mut deploy = Command::new(python);
    deploy.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).args([endpoint, STACK]).arg(functions);
    said(deploy.args(["AllowHosts=127.0.0.1", "RequestsPerMinute=0"])).await
}

/// Has the owner's key made as its owner would.
async fn key(endpoint: &str) -> Value {
    let mut create = Command::new(env!("CARGO_BIN_EXE_recast-under-test"));
    create.args(["keys", "create", "--json", "--stack", STACK, "--account", ACCOUNT]);
    said(create.env("AWS_ENDPOINT_URL", endpoint).envs(credentials())).await
}

/// Runs a command and returns the JSON that it writes.
async fn said(command: &mut Command) -> Value {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output =
        tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn credentials() -> [(&'static str, &'static str); 3] {
    [("AWS_REGION", REGION), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]
}

/// Returns what a function was given, to call AWS in its place.
fn environment(settings: &Value, endpoint: &str) -> Environment {
    let [(_, region), (_, access_key_id), (_, secret_access_key)] = credentials();
    let own = ToOwned::to_owned;
    AwsEndpoints {
        region: own(region),
        access_key_id: own(access_key_id),
        secret_access_key: own(secret_access_key),
        dynamodb: own(endpoint),
        s3: own(endpoint),
        stepfunctions: own(endpoint),
        lambda: own(endpoint),
        settings: serde_json::from_value(settings.clone()).unwrap(),
    }
    .environment()
}
