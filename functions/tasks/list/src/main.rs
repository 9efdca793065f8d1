//! The Lambda function `list-tasks`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, list_tasks::Context::new(&environment)?, list_tasks::handle).await
}
