//! The Lambda function `sweep`.

use worker::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), worker::Error> {
    let environment = aws::Environment::from_process();
    worker::run(&environment, Worker::new(sweep::Context::new(&environment)?, sweep::handle)).await
}
