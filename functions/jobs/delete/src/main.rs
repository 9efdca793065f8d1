//! The Lambda function `delete-job`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, delete_job::Context::new(&environment)?, delete_job::handle).await
}
