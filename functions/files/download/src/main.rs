//! The Lambda function `download-file`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, download_file::Context::new(&environment)?, download_file::handle).await
}
