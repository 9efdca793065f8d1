//! The Lambda function `show-openapi`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, show_openapi::Context::new(), show_openapi::handle).await
}
