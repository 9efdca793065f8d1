//! The Lambda function `show-health`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, show_health::Context::new(&environment)?, show_health::handle).await
}
