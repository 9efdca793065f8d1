use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use reqwest::multipart::Part;
use serde_json::{Map, Value, json};

use super::arguments::Convert;
use super::client::{Client, ClientError, FileResult, Job};
use super::output::{Target, numbered, targets};
use super::summary::Summary;
use super::{catalogue, failed, with_causes};
use crate::stack::{Data, DataError, Options, Stack, StackError};

/// How many files are under way at once.
const PARALLEL: usize = 8;

/// Why a file was not converted.
#[derive(Debug, thiserror::Error)]
enum ConvertError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("{code}: {message}")]
    Task { code: String, message: String },
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("conversions cannot be isolated")]
    Isolation(#[source] std::io::Error),
    #[error("the output cannot be written")]
    Output(#[from] std::io::Error),
}

/// Converts files through a job each, on a deployed stack or on one that goes with the process.
pub(crate) async fn run(arguments: Convert) -> ExitCode {
    let targets = match targets(&arguments) {
        Ok(targets) => targets,
        Err(usage) => {
            eprintln!("recast: {usage}");
            return ExitCode::from(2);
        }
    };
    match convert_all(targets, &arguments).await {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

async fn convert_all(targets: Vec<Target>, arguments: &Convert) -> Result<ExitCode, ConvertError> {
    if let Some((endpoint, key)) = arguments.deployment.access() {
        return convert_on(&Client::new(endpoint, key)?, &targets, arguments).await;
    }
    let directory = tempfile::tempdir()?;
    let stack = start(directory.path()).await?;
    let client = Client::new(&stack.endpoints.api, &stack.endpoints.api_key)?;
    let done = convert_on(&client, &targets, arguments).await;
    stack.stop().await;
    done
}

async fn convert_on(
    client: &Client,
    targets: &[Target],
    arguments: &Convert,
) -> Result<ExitCode, ConvertError> {
    let bars = MultiProgress::new();
    let options: Map<String, Value> = arguments.options.iter().cloned().collect();
    let all = stream::iter(targets).map(|target| {
        let bar = bars.add(bar(&target.input));
        let options = &options;
        async move { report(convert(client, target, options, &bar).await, target, &bar) }
    });
    let all_done =
        all.buffer_unordered(PARALLEL).fold(true, |all, done| async move { all && done }).await;
    Ok(if all_done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn start(directory: &Path) -> Result<Stack, ConvertError> {
    let catalogue = catalogue("").await.map_err(ConvertError::Isolation)?;
    Ok(Stack::start(Options::new(Data::passing(directory)?, catalogue)).await?)
}

fn report(result: Result<String, ConvertError>, target: &Target, bar: &ProgressBar) -> bool {
    bar.finish_and_clear();
    match &result {
        Ok(summary) => println!("{summary}"),
        Err(error) => eprintln!("recast: {}: {}", target.input.display(), with_causes(error)),
    }
    result.is_ok()
}

async fn convert(
    client: &Client,
    target: &Target,
    options: &Map<String, Value>,
    bar: &ProgressBar,
) -> Result<String, ConvertError> {
    let begun = Instant::now();
    let job = client.create_job(&job(target, options)).await?;
    let form = job.task("import").and_then(|task| task.result.as_ref()?.form.as_ref());
    let name = target.input.file_name().unwrap_or_default().to_string_lossy();
    let file = Part::file(&target.input).await?;
    client.upload(form.ok_or(ClientError::Unexpected)?, &name, file).await?;
    let job = follow(client, &job.id, bar).await?;
    let files = results(&job)?;
    let outputs = save(client, files, &target.output).await?;
    let convert = job.task("convert").cloned();
    let engine = convert
        .map(|task| [task.engine, task.engine_version].into_iter().flatten().collect::<Vec<_>>());
    let summary = Summary {
        input: &target.input,
        output: outputs.first().unwrap_or(&target.output),
        results: outputs.len(),
        sizes: (
            tokio::fs::metadata(&target.input).await?.len(),
            files.iter().map(|file| file.size).sum(),
        ),
        engine: engine.unwrap_or_default().join(" "),
        took: begun.elapsed(),
    };
    Ok(summary.to_string())
}

fn job(target: &Target, options: &Map<String, Value>) -> Value {
    let mut convert = options.clone();
    convert.insert("operation".to_owned(), "convert".into());
    convert.insert("input".to_owned(), "import".into());
    convert.insert("output_format".to_owned(), target.format.clone().into());
    json!({ "tasks": {
        "import": { "operation": "import/upload" },
        "convert": convert,
        "export": { "operation": "export/url", "input": "convert" },
    } })
}

/// Looks at the job until it has ended, as often as the service itself does for those who wait.
async fn follow(client: &Client, id: &str, bar: &ProgressBar) -> Result<Job, ConvertError> {
    let begun = Instant::now();
    loop {
        let job = client.job(id).await?;
        if job.has_ended() {
            return Ok(job);
        }
        if let Some(task) = job.task("convert") {
            bar.set_message(task.status.clone());
            bar.set_position(task.percent);
        }
        tokio::time::sleep(api::next_delay(begun.elapsed())).await;
    }
}

fn results(job: &Job) -> Result<&[FileResult], ConvertError> {
    let failed = job.tasks.iter().filter(|task| task.status == "error");
    // The first to have failed says why; the others only that it did.
    let cause = failed.min_by_key(|task| task.code.as_deref() == Some("INPUT_TASK_FAILED"));
    if let Some(task) = cause {
        let (code, message) = (task.code.clone(), task.message.clone());
        return Err(ConvertError::Task {
            code: code.unwrap_or_default(),
            message: message.unwrap_or_default(),
        });
    }
    let result = job.task("export").and_then(|task| task.result.as_ref());
    Ok(&result.ok_or(ClientError::Unexpected)?.files)
}

async fn save(
    client: &Client,
    files: &[FileResult],
    output: &Path,
) -> Result<Vec<PathBuf>, ConvertError> {
    if let Some(parent) = output.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(parent).await?;
    }
    let mut outputs = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let path = if files.len() > 1 { numbered(output, index + 1) } else { output.to_owned() };
        client.download(file.url.as_deref().ok_or(ClientError::Unexpected)?, &path).await?;
        outputs.push(path);
    }
    Ok(outputs)
}

fn bar(input: &Path) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3}% {msg}");
    let bar = ProgressBar::new(100).with_prefix(input.display().to_string());
    bar.enable_steady_tick(Duration::from_millis(200));
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}
