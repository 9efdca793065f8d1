//! The Lambda function `sync`.

use std::convert::Infallible;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), api::Error> {
    let environment = aws::Environment::from_process();
    telemetry::init(&environment);
    let context = Arc::new(sync::Context::new(&environment)?);
    let serve = lambda_http::service_fn(move |request| {
        let context = Arc::clone(&context);
        async move { Ok::<_, Infallible>(sync::handle(context, request).await) }
    });
    lambda_http::run_with_streaming_response(serve).await
}
