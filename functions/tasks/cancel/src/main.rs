//! The Lambda function `cancel-task`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, cancel_task::Context::new(&environment)?, cancel_task::handle).await
}
