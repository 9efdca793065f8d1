//! The Lambda function `run-task`, which is also what its conversions are done in.

use std::process::ExitCode;

use run_task::{Context, handle};
use worker::Worker;

fn main() -> Result<ExitCode, worker::Error> {
    bootstrap::main(|environment, catalogue| {
        Ok(Worker::new(Context::new(environment, catalogue)?, handle))
    })
}
