//! The Lambda function `list-deliveries`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, list_deliveries::Context::new(&environment)?, list_deliveries::handle)
        .await
}
