//! The Lambda function `show-task`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, show_task::Context::new(&environment)?, show_task::handle).await
}
