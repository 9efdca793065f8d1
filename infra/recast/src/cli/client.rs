use std::io;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::io::AsyncWriteExt;

use crate::stack::Endpoints;

/// A client of the API, as any program could be one.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    endpoints: Endpoints,
}

/// A job as far as this client looks at it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) tasks: Vec<Task>,
}

/// A task as far as this client looks at it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) percent: u64,
    pub(crate) engine: Option<String>,
    pub(crate) engine_version: Option<String>,
    pub(crate) result: Option<TaskResult>,
}

/// What a task has to give.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TaskResult {
    pub(crate) form: Option<UploadForm>,
    pub(crate) files: Vec<FileResult>,
}

/// Where a file is posted to.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UploadForm {
    url: String,
    parameters: Map<String, Value>,
}

/// A file of a task.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FileResult {
    pub(crate) size: u64,
    pub(crate) url: Option<String>,
}

/// The service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("the service cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("{code}: {message}")]
    Refused { code: String, message: String },
    #[error("the file cannot be read or written")]
    File(#[from] io::Error),
    #[error("the service answered something unexpected")]
    Unexpected,
}

impl Job {
    /// Returns the task of that name.
    pub(crate) fn task(&self, name: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.name == name)
    }

    /// Returns whether all of it is over.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.status.as_str(), "finished" | "error")
    }
}

impl Client {
    pub(crate) fn new(endpoints: Endpoints) -> Result<Self, ClientError> {
        let http =
            reqwest::Client::builder().tls_backend_preconfigured(tls()).no_proxy().build()?;
        Ok(Self { http, endpoints })
    }

    /// Creates a job.
    pub(crate) async fn create_job(&self, job: &Value) -> Result<Job, ClientError> {
        self.send(self.http.post(format!("{}/jobs", self.endpoints.api)).json(job)).await
    }

    /// Shows a job as it is.
    pub(crate) async fn job(&self, id: &str) -> Result<Job, ClientError> {
        self.send(self.http.get(format!("{}/jobs/{id}", self.endpoints.api))).await
    }

    /// Posts a file to a form.
    pub(crate) async fn upload(
        &self,
        form: &UploadForm,
        name: &str,
        file: &Path,
    ) -> Result<(), ClientError> {
        let mut fields = Form::new();
        for (field, value) in &form.parameters {
            fields = fields.text(field.clone(), value.as_str().unwrap_or_default().to_owned());
        }
        let part = Part::file(file).await?.file_name(name.to_owned());
        let answer = self.http.post(&form.url).multipart(fields.part("file", part)).send().await?;
        answer.error_for_status()?;
        Ok(())
    }

    /// Saves what an address gives, whole or not at all.
    pub(crate) async fn download(&self, url: &str, to: &Path) -> Result<(), ClientError> {
        let answer = self.http.get(url).send().await?.error_for_status()?;
        let part = to.with_added_extension("part");
        let mut file = tokio::fs::File::create(&part).await?;
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            file.write_all(&chunk?).await?;
        }
        file.flush().await?;
        tokio::fs::rename(&part, to).await?;
        Ok(())
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let request = request.bearer_auth(&self.endpoints.api_key).timeout(Duration::from_secs(60));
        let answer = request.send().await?;
        if answer.status().is_success() {
            let body: Data<T> = answer.json().await?;
            return Ok(body.data);
        }
        Err(refused(answer).await)
    }
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
    code: Option<String>,
    #[serde(default)]
    errors: Map<String, Value>,
}

async fn refused(answer: Response) -> ClientError {
    let status = answer.status();
    let Ok(refusal) = answer.json::<Refusal>().await else { return ClientError::Unexpected };
    let details =
        refusal.errors.values().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let details: Vec<_> = details.collect();
    let message = if details.is_empty() { refusal.message } else { details.join(" ") };
    ClientError::Refused { code: refusal.code.unwrap_or_else(|| status.to_string()), message }
}

fn tls() -> rustls::ClientConfig {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = rustls::crypto::ring::default_provider();
    #[expect(clippy::expect_used, reason = "ring speaks both versions")]
    let builder = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("versions that ring speaks");
    builder.with_root_certificates(roots).with_no_client_auth()
}
