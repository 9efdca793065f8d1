//! The Lambda function `receive-upload`.

use worker::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), worker::Error> {
    let environment = aws::Environment::from_process();
    worker::run(
        &environment,
        Worker::new(receive_upload::Context::new(&environment)?, receive_upload::handle),
    )
    .await
}
