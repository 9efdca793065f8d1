//! The Lambda function `sync`.

use std::convert::Infallible;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    lambda_http::tracing::init_default_subscriber();
    let context = Arc::new(sync::Context::new(&aws::Environment::from_process())?);
    let serve = lambda_http::service_fn(move |request| {
        let context = Arc::clone(&context);
        async move { Ok::<_, Infallible>(sync::handle(context, request).await) }
    });
    lambda_http::run_with_streaming_response(serve).await
}
