//! The function URL of the synchronous host, in streaming mode.
//!
//! Where its CORS is configured it answers preflights itself; other answers get the configured headers
//! beside those of the function (<https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html>).

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use ambient::Clock;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use lambda_http::request::LambdaRequest;
use lambda_http::tower::Service;
use lambda_http::{LambdaEvent, StreamAdapter, service_fn};

use super::cors::{Cors, is_preflight};
use super::event::{Incoming, LARGEST, refuse};
use super::invoker::Invoker;

/// The function behind its own address.
#[derive(Clone)]
pub(crate) struct FunctionUrl {
    context: Arc<sync::Context>,
    cors: Option<Cors>,
    invoker: Invoker,
    clock: Clock,
}

impl FunctionUrl {
    pub(crate) fn new(
        context: Arc<sync::Context>,
        cors: Option<Cors>,
        (invoker, clock): (Invoker, Clock),
    ) -> Self {
        Self { context, cors, invoker, clock }
    }

    pub(crate) fn router(self) -> Router {
        Router::new().fallback(move |request: Request<Body>| {
            let url = self.clone();
            async move { url.answer(request).await }
        })
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let asked = parts.method == Method::OPTIONS && is_preflight(&parts.headers);
        if let Some(cors) = self.cors.as_ref().filter(|_| asked) {
            return cors.preflight(&parts.headers, StatusCode::OK);
        }
        let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let (parameters, at) = (BTreeMap::new(), self.clock.now());
        let incoming = Incoming {
            parts: &parts,
            body: &body,
            route: "$default",
            parameters: &parameters,
            at,
            scheme: "http",
        };
        let Some(event) = incoming.event() else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let mut response = self.call(event).await;
        if let Some(cors) = &self.cors {
            cors.add(&parts.headers, response.headers_mut());
        }
        response
    }

    fn call(&self, event: LambdaRequest) -> impl Future<Output = Response<Body>> + Send + use<> {
        let context = Arc::clone(&self.context);
        let mut function = StreamAdapter::from(service_fn(move |request| {
            let context = Arc::clone(&context);
            async move { Ok::<_, Infallible>(sync::handle(context, request).await) }
        }));
        let answer = function.call(LambdaEvent::new(event, self.invoker.invocation("sync")));
        async move {
            let Ok(answer) = answer.await;
            let mut response = Response::new(Body::from_stream(answer.stream));
            *response.status_mut() = answer.metadata_prelude.status_code;
            *response.headers_mut() = answer.metadata_prelude.headers;
            response
        }
    }
}
