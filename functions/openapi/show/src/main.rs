//! The Lambda function `show-openapi`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    api::run(show_openapi::Context::new(), show_openapi::handle).await
}
