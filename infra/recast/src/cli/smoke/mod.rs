//! Checks a deployed stack from end to end, through its API alone.

mod checks;
mod report;

use std::process::ExitCode;

use super::client::{Client, ClientError};
use super::deployment::Smoke;
use super::failed;
use checks::Checks;
use report::Report;

/// What unmodified node and php clients put before the path; of the second, answers wait.
const PREFIX: &str = ".api.cloudconvert.com";
const SYNC_PREFIX: &str = ".sync.api.cloudconvert.com";

/// Checks everything, whatever came of what was before, and exits with 1 when anything was not right.
pub(crate) async fn run(arguments: Smoke) -> ExitCode {
    match check(&arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

async fn check(arguments: &Smoke) -> Result<bool, ClientError> {
    let client = Client::new(&arguments.endpoint, &arguments.key)?;
    let checks = Checks::new(client.clone());
    let mut report = Report::default();
    report.on("health", checks.health()).await;
    report.on("key", checks.key()).await;
    report.on("wrong key", checks.wrong_key()).await;
    report.on("operations", checks.operations()).await;
    report.on("convert", checks.convert()).await;
    report.on("list", checks.list()).await;
    report.on("cancel", checks.cancel()).await;
    report.on("retry", checks.retry()).await;
    report.on("delete", checks.delete()).await;
    report.on("region", Checks::new(client.under(PREFIX)).convert()).await;
    report.on("region, synchronous", Checks::new(client.under(SYNC_PREFIX)).at_once()).await;
    if let Some(sync) = &arguments.sync {
        let sync = Client::new(sync, &arguments.key)?;
        report.on("synchronous", Checks::new(sync).at_once()).await;
    }
    Ok(report.is_clean())
}
