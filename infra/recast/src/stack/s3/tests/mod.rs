//! The server as clients see it: the AWS SDK, and forms as browsers and libraries write them.

mod cors;
mod forms;
mod objects;
mod uploads;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use ambient::Clock;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    error::{ProvideErrorMetadata, SdkError},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use super::{Account, CorsRule, ObjectCreated, S3Options, serve};

const BUCKET: &str = "files";
const ACCESS_KEY: &str = "AKIDLOCAL";
const SECRET_KEY: &str = "secret";

/// A server on a directory of its own.
struct Server {
    address: SocketAddr,
    root: TempDir,
    clock: Clock,
    events: Arc<Mutex<Vec<ObjectCreated>>>,
    running: JoinHandle<std::io::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl Server {
    async fn start() -> Self {
        Self::start_in(TempDir::new().unwrap()).await
    }

    async fn start_in(root: TempDir) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Clock::system();
        let events = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = oneshot::channel();
        let options = options(root.path(), clock.clone(), events.clone());
        let stopped = async move { drop(stopped.await) };
        let running = tokio::spawn(serve(listener, options, stopped));
        Self { address, root, clock, events, running, stop }
    }

    /// Stops the server and returns its directory.
    async fn stop(self) -> TempDir {
        self.stop.send(()).unwrap();
        self.running.await.unwrap().unwrap();
        self.root
    }

    fn client(&self) -> Client {
        self.client_with(ACCESS_KEY, SECRET_KEY)
    }

    fn client_with(&self, access_key: &str, secret_key: &str) -> Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new(access_key, secret_key, None, None, "test"))
            .endpoint_url(format!("http://{}", self.address))
            .force_path_style(true)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("eu-central-1"));
        Client::from_conf(config.build())
    }

    /// Sends a request as it is and returns the whole answer.
    async fn send(&self, request: impl AsRef<[u8]>) -> String {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(request.as_ref()).await.unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    fn events(&self) -> Vec<(&'static str, String, u64)> {
        let events = self.events.lock().unwrap();
        assert!(events.iter().all(|event| event.bucket == BUCKET && event.e_tag.len() >= 32));
        events.iter().map(|event| (event.event_name, event.key.clone(), event.size)).collect()
    }

    fn count(&self, directory: &str) -> usize {
        std::fs::read_dir(self.root.path().join(directory)).unwrap().count()
    }
}

/// An account with one key, which may do everything.
pub(super) struct OneKey(pub(super) &'static str);

impl Account for OneKey {
    fn knows(&self, access_key: &str) -> bool {
        access_key == self.0
    }

    fn allows(&self, access_key: &str, _action: &str, _resource: &str) -> bool {
        access_key == self.0
    }
}

fn options(root: &Path, clock: Clock, events: Arc<Mutex<Vec<ObjectCreated>>>) -> S3Options {
    S3Options {
        root: root.to_owned(),
        bucket: BUCKET.to_owned(),
        account: Arc::new(OneKey(ACCESS_KEY)),
        secret_key: SECRET_KEY.to_owned(),
        cors: vec![CorsRule {
            allowed_origins: vec!["https://*.example".to_owned()],
            allowed_methods: vec!["GET".to_owned(), "POST".to_owned()],
            allowed_headers: vec!["X-Amz-*".to_owned()],
            expose_headers: vec!["ETag".to_owned()],
            max_age_seconds: Some(600),
        }],
        notify_prefix: "uploads/".to_owned(),
        on_created: Arc::new(move |event| events.lock().unwrap().push(event)),
        clock,
    }
}

/// Returns the code of a refused call, or the status where S3 sends none.
fn code<Output: std::fmt::Debug, Error: ProvideErrorMetadata + std::fmt::Debug>(
    result: Result<Output, SdkError<Error>>,
) -> String {
    let error = result.expect_err("the call is refused");
    let status = error.raw_response().expect("the server answered").status().as_u16();
    match error.code() {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    }
}
