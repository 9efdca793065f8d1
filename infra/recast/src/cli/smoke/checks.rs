use reqwest::StatusCode;
use reqwest::multipart::Part;
use serde_json::{Value, json};

use crate::cli::client::{Client, ClientError, Job};

/// What is converted: any runner can, since Markdown to HTML needs no program.
const SAMPLE: &str = "# It works\n";

/// What came was not what should have come.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the file was not read")]
    Unread(#[from] reqwest::Error),
    #[error("the job ended with {0}")]
    Failed(String),
    #[error("expected {expected}, saw {seen}")]
    Unexpected { expected: &'static str, seen: String },
}

/// The checks of one API, each of which leaves nothing behind that outlives a day.
pub(super) struct Checks {
    client: Client,
}

type Seen = Result<String, CheckError>;

impl Checks {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The services behind it are up.
    pub(super) async fn health(&self) -> Seen {
        let health: Value = self.client.get("/health").await?;
        Ok(health.to_string())
    }

    /// The key is one.
    pub(super) async fn key(&self) -> Seen {
        let me: Value = self.client.get("/users/me").await?;
        Ok(format!("owner {}", text(&me["id"])))
    }

    /// What is no key opens nothing.
    pub(super) async fn wrong_key(&self) -> Seen {
        let answer = self.client.with_key("recast_wrong").get::<Value>("/users/me").await;
        refused_with(StatusCode::UNAUTHORIZED, "401", answer.map(|me| me.to_string()))
    }

    /// It says what can be done.
    pub(super) async fn operations(&self) -> Seen {
        let operations: Vec<Value> = self.client.get("/operations").await?;
        Ok(format!("{} operations and pairs of formats", operations.len()))
    }

    /// A file that is uploaded is converted, waited for, and downloaded.
    pub(super) async fn convert(&self) -> Seen {
        let job =
            self.client.create_job(&conversion(json!({ "operation": "import/upload" }))).await?;
        self.upload(&job).await?;
        self.converted(self.client.get(&format!("/jobs/{}/wait", job.id)).await?).await
    }

    /// A job that brings its file along is answered when it is over.
    pub(super) async fn at_once(&self) -> Seen {
        let file = json!({ "operation": "import/raw", "file": SAMPLE, "filename": "smoke.md" });
        self.converted(self.client.create_job(&conversion(file)).await?).await
    }

    /// What was done is listed.
    pub(super) async fn list(&self) -> Seen {
        let tasks: Vec<Value> = self.client.get("/tasks?per_page=3").await?;
        match tasks.as_slice() {
            [] => Err(unexpected("the tasks of this check", "none")),
            [newest, ..] => {
                Ok(format!("{} tasks, the newest {}", tasks.len(), newest["operation"]))
            }
        }
    }

    /// A task that waits can be cancelled.
    pub(super) async fn cancel(&self) -> Seen {
        let task = self.cancelled().await?;
        match text(&task["code"]) {
            "CANCELLED" => Ok("CANCELLED".to_owned()),
            other => Err(unexpected("CANCELLED", other)),
        }
    }

    /// A task that has failed can be tried again.
    pub(super) async fn retry(&self) -> Seen {
        let first = self.cancelled().await?;
        let again: Value = self.task(&first, "retry").await?;
        self.client.delete(&format!("/tasks/{}", text(&again["id"]))).await?;
        match again["retry_of_task_id"] == first["id"] {
            true => Ok(format!("{} after {}", text(&again["id"]), text(&first["id"]))),
            false => Err(unexpected("a try at the same", &again.to_string())),
        }
    }

    /// What is deleted is gone.
    pub(super) async fn delete(&self) -> Seen {
        let path = format!("/tasks/{}", text(&self.cancelled().await?["id"]));
        self.client.delete(&path).await?;
        let answer = self.client.get::<Value>(&path).await;
        refused_with(StatusCode::NOT_FOUND, "404", answer.map(|task| task.to_string()))
    }

    async fn cancelled(&self) -> Result<Value, CheckError> {
        let task: Value = self.client.post("/import/upload", &json!({})).await?;
        self.task(&task, "cancel").await
    }

    async fn task(&self, task: &Value, what: &str) -> Result<Value, CheckError> {
        let path = format!("/tasks/{}/{what}", text(&task["id"]));
        Ok(self.client.post(&path, &json!({})).await?)
    }

    async fn upload(&self, job: &Job) -> Result<(), CheckError> {
        let form = job.task("import").and_then(|task| task.result.as_ref()?.form.as_ref());
        let form = form.ok_or(ClientError::Unexpected)?;
        Ok(self.client.upload(form, "smoke.md", Part::text(SAMPLE)).await?)
    }

    /// Fetches what a job has made of the sample.
    async fn converted(&self, job: Job) -> Seen {
        if job.status != "finished" {
            let failed = job.tasks.iter().find_map(|task| task.code.clone());
            return Err(CheckError::Failed(failed.unwrap_or(job.status)));
        }
        let export = job.task("export").and_then(|task| task.result.as_ref());
        let url = export.and_then(|result| result.files.first()?.url.as_deref());
        let html = self.client.fetch(url.ok_or(ClientError::Unexpected)?).await?.text().await?;
        match html.contains("<h1>It works</h1>") {
            true => Ok(format!("job {}: {} B of HTML", job.id, html.len())),
            false => Err(unexpected("a heading", &html)),
        }
    }
}

fn conversion(import: Value) -> Value {
    json!({ "tag": "smoke", "tasks": {
        "import": import,
        "convert": { "operation": "convert", "input": "import", "output_format": "html" },
        "export": { "operation": "export/url", "input": "convert" },
    } })
}

fn refused_with(
    status: StatusCode,
    expected: &'static str,
    answer: Result<String, ClientError>,
) -> Seen {
    match answer {
        Err(ClientError::Refused { status: seen, code, .. }) if seen == status => {
            Ok(format!("{expected} {code}"))
        }
        Err(other) => Err(other.into()),
        Ok(seen) => Err(unexpected(expected, &seen)),
    }
}

fn unexpected(expected: &'static str, seen: &str) -> CheckError {
    CheckError::Unexpected { expected, seen: seen.to_owned() }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
