//! The Lambda function `show-me`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, show_me::Context::new(&environment)?, show_me::handle).await
}
