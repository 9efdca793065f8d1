//! The Lambda function `create-webhook`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, create_webhook::Context::new(&environment)?, create_webhook::handle)
        .await
}
