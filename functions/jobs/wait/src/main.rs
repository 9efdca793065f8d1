//! The Lambda function `wait-job`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, wait_job::Context::new(&environment)?, wait_job::handle).await
}
