//! The Lambda function `delete-webhook`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, delete_webhook::Context::new(&environment)?, delete_webhook::handle)
        .await
}
