//! The Lambda function `create-task`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, create_task::Context::new(&environment)?, create_task::handle).await
}
