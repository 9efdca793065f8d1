//! The Lambda function `delete-task`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, delete_task::Context::new(&environment)?, delete_task::handle).await
}
