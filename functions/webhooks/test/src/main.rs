//! The Lambda function `test-webhook`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, test_webhook::Context::new(&environment)?, test_webhook::handle).await
}
