//! The Lambda function `capture-page`, which is also what the browser is started by.

use std::process::ExitCode;

use capture_page::{Context, handle};
use worker::Worker;

fn main() -> Result<ExitCode, worker::Error> {
    bootstrap::main(|environment, catalogue| {
        Ok(Worker::new(Context::new(environment, catalogue)?, handle))
    })
}
