//! The Lambda function `show-job`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, show_job::Context::new(&environment)?, show_job::handle).await
}
