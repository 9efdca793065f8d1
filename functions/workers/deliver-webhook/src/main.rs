//! The Lambda function `deliver-webhook`.

use worker::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), worker::Error> {
    let environment = aws::Environment::from_process();
    worker::run(
        &environment,
        Worker::new(deliver_webhook::Context::new(&environment)?, deliver_webhook::handle),
    )
    .await
}
