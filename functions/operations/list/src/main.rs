//! The Lambda function `list-operations`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    api::run(&environment, list_operations::Context::new(&environment)?, list_operations::handle)
        .await
}
