//! The Lambda function `wait-task`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, wait_task::Context::new(&environment)?, wait_task::handle).await
}
