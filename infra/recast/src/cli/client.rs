use std::io;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::io::AsyncWriteExt;

/// A client of the API, as any program could be one.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// What stands before `/v2` in the addresses of the API.
    host: String,
    key: String,
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
    Refused { status: StatusCode, code: String, message: String },
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
    pub(crate) fn new(base: &str, key: &str) -> Result<Self, ClientError> {
        let http =
            reqwest::Client::builder().tls_backend_preconfigured(tls()).no_proxy().build()?;
        let host = base.trim_end_matches('/').trim_end_matches("/v2");
        Ok(Self { http, host: host.to_owned(), key: key.to_owned() })
    }

    /// Returns a client of the same API under a prefix of its paths.
    pub(crate) fn under(&self, prefix: &str) -> Self {
        Self { host: format!("{}/{prefix}", self.host), ..self.clone() }
    }

    /// Returns a client with another key.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// Creates a job.
    pub(crate) async fn create_job(&self, job: &Value) -> Result<Job, ClientError> {
        self.post("/jobs", job).await
    }

    /// Shows a job as it is.
    pub(crate) async fn job(&self, id: &str) -> Result<Job, ClientError> {
        self.get(&format!("/jobs/{id}")).await
    }

    /// Shows what a path of the API names.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let answer = self.send(self.request(Method::GET, path)).await?;
        Ok(answer.json::<Data<T>>().await?.data)
    }

    /// Posts to a path of the API.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, ClientError> {
        let answer = self.send(self.request(Method::POST, path).json(body)).await?;
        Ok(answer.json::<Data<T>>().await?.data)
    }

    /// Deletes what a path of the API names.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), ClientError> {
        self.send(self.request(Method::DELETE, path)).await.map(drop)
    }

    /// Posts a file to a form.
    pub(crate) async fn upload(
        &self,
        form: &UploadForm,
        name: &str,
        file: Part,
    ) -> Result<(), ClientError> {
        let mut fields = Form::new();
        for (field, value) in &form.parameters {
            fields = fields.text(field.clone(), value.as_str().unwrap_or_default().to_owned());
        }
        let fields = fields.part("file", file.file_name(name.to_owned()));
        let answer = self.http.post(&form.url).multipart(fields).send().await?;
        answer.error_for_status()?;
        Ok(())
    }

    /// Follows an address to what it gives.
    pub(crate) async fn fetch(&self, url: &str) -> Result<Response, ClientError> {
        Ok(self.http.get(url).send().await?.error_for_status()?)
    }

    /// Saves what an address gives, whole or not at all.
    pub(crate) async fn download(&self, url: &str, to: &Path) -> Result<(), ClientError> {
        let answer = self.fetch(url).await?;
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

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/v2{path}", self.host));
        request.bearer_auth(&self.key).timeout(Duration::from_secs(60))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let answer = request.send().await?;
        if answer.status().is_success() { Ok(answer) } else { Err(refused(answer).await) }
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
    let code = refusal.code.unwrap_or_else(|| status.to_string());
    ClientError::Refused { status, code, message }
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
