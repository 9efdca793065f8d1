//! The Lambda function `list-webhooks`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, list_webhooks::Context::new(&environment)?, list_webhooks::handle).await
}
