//! The Lambda function `create-job`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, create_job::Context::new(&environment)?, create_job::handle).await
}
