//! The Lambda function `fail-task`.

use worker::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), worker::Error> {
    let environment = aws::Environment::from_process();
    worker::run(
        &environment,
        Worker::new(fail_task::Context::new(&environment)?, fail_task::handle),
    )
    .await
}
