//! The Lambda function `list-jobs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, list_jobs::Context::new(&environment)?, list_jobs::handle).await
}
