//! The Lambda function `retry-task`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, retry_task::Context::new(&environment)?, retry_task::handle).await
}
