use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// Where every call to AWS passes: it counts them and makes some go wrong.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    inner: SharedHttpClient,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    calls: Vec<&'static str>,
    seen: HashMap<&'static str, usize>,
    faults: Vec<Fault>,
    hits: usize,
}

/// One call that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The operation: `UpdateItem`.
    pub(crate) operation: &'static str,
    /// Which of its calls, from 0.
    pub(crate) nth: usize,
    /// How.
    pub(crate) kind: Kind,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It never arrives.
    DropBefore,
    /// It arrives and its answer is lost.
    DropAfter,
    /// It is refused as one too many.
    Throttle,
    /// It, and the next seven of its kind, are refused: more than the SDK tries.
    Outage,
    /// It arrives twice.
    Duplicate,
    /// A transaction meets another.
    Conflict,
    /// Whoever makes it dies before it is sent.
    DieBefore,
    /// Whoever makes it dies when it has been done.
    DieAfter,
}

/// What a dying process leaves behind: unlike a panic it prints nothing.
struct Died;

impl Wire {
    pub(crate) fn new() -> Self {
        Self { inner: aws::http_client(), log: Arc::default() }
    }

    pub(crate) fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Makes a call go wrong, counted from now.
    pub(crate) fn plan(&self, fault: Fault) {
        let mut log = self.log.lock().unwrap();
        let seen = log.seen.get(fault.operation).copied().unwrap_or_default();
        log.faults.push(Fault { nth: seen + fault.nth, ..fault });
    }

    /// Forgets the calls so far.
    pub(crate) fn reset(&self) {
        *self.log.lock().unwrap() = Log::default();
    }

    /// Returns the operations called since the last reset, in order.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.log.lock().unwrap().calls.clone()
    }

    /// Returns how often an operation was called.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.calls().iter().filter(|call| **call == operation).count()
    }

    /// Returns how many calls have gone wrong.
    pub(crate) fn hits(&self) -> usize {
        self.log.lock().unwrap().hits
    }

    fn next(&self, request: &HttpRequest) -> Option<Kind> {
        let operation = operation(request);
        let mut log = self.log.lock().unwrap();
        log.calls.push(operation);
        let seen = log.seen.entry(operation).or_default();
        let nth = *seen;
        *seen += 1;
        let hits = |fault: &&Fault| {
            let until = if fault.kind == Kind::Outage { fault.nth + 8 } else { fault.nth + 1 };
            fault.operation == operation && (fault.nth..until).contains(&nth)
        };
        let kind = log.faults.iter().find(hits).map(|fault| fault.kind);
        log.hits += usize::from(kind.is_some());
        kind
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { wire: self.clone(), inner })
    }
}

#[derive(Debug)]
struct Connector {
    wire: Wire,
    inner: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(kind) = self.wire.next(&request) else { return self.inner.call(request) };
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move {
            match kind {
                Kind::DropBefore => Err(dropped()),
                Kind::DropAfter => {
                    inner.call(request).await?;
                    Err(dropped())
                }
                Kind::Throttle | Kind::Outage => Ok(refusal(&request, "ThrottlingException", "")),
                Kind::Conflict => {
                    let reasons = r#","CancellationReasons":[{"Code":"TransactionConflict"}]"#;
                    Ok(refusal(&request, "TransactionCanceledException", reasons))
                }
                Kind::Duplicate => {
                    if let Some(twin) = request.try_clone() {
                        inner.call(twin).await?;
                    }
                    inner.call(request).await
                }
                Kind::DieBefore => resume_unwind(Box::new(Died)),
                Kind::DieAfter => {
                    drop(inner.call(request).await);
                    resume_unwind(Box::new(Died))
                }
            }
        })
    }
}

fn dropped() -> ConnectorError {
    ConnectorError::io("the connection broke".into())
}

fn refusal(request: &HttpRequest, code: &str, more: &str) -> HttpResponse {
    let json = request.headers().get("x-amz-target").is_some();
    let (status, body) = if json {
        (
            400,
            format!(r#"{{"__type":"com.amazonaws#{code}","message":"refused by the test"{more}}}"#),
        )
    } else {
        (
            503,
            "<Error><Code>SlowDown</Code><Message>refused by the test</Message></Error>".to_owned(),
        )
    };
    HttpResponse::new(StatusCode::try_from(status).expect("a status"), SdkBody::from(body))
}

/// Names a call by what it asks for.
fn operation(request: &HttpRequest) -> &'static str {
    const JSON: &[&str] = &[
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateItem",
        "StartExecution",
        "StopExecution",
    ];
    if let Some(target) = request.headers().get("x-amz-target") {
        let name = target.rsplit('.').next().unwrap_or_default();
        return JSON.iter().find(|known| **known == name).copied().unwrap_or("another operation");
    }
    let query = request.uri().split_once('?').map_or("", |(_, query)| query);
    match request.method() {
        "PUT" if request.headers().get("x-amz-copy-source").is_some() => "CopyObject",
        "PUT" if query.contains("partNumber") => "UploadPart",
        "PUT" => "PutObject",
        "GET" if query.contains("list-type") => "ListObjectsV2",
        "GET" => "GetObject",
        "HEAD" => "HeadObject",
        "DELETE" => "DeleteObject",
        "POST" if query.contains("delete") => "DeleteObjects",
        _ => "another operation",
    }
}
