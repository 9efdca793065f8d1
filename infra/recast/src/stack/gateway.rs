//! API Gateway: the routes of the template, each with its function.

use std::sync::Arc;

use ambient::Clock;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};

use super::cors::Cors;
use super::event::{Incoming, refuse, render};
use super::functions::{Functions, HttpFunction};
use super::invoker::Invoker;
use super::routes::Routes;
use super::template::{Function, Route};

/// What the gateway takes: 10 MB.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const LARGEST: usize = 10 * 1024 * 1024;

/// The gateway.
#[derive(Clone)]
pub(crate) struct Gateway {
    routes: Arc<Routes<Target>>,
    cors: Option<Cors>,
    invoker: Invoker,
    clock: Clock,
}

struct Target {
    binary: String,
    function: HttpFunction,
}

impl Gateway {
    pub(crate) fn new(
        template: &[Function],
        cors: Option<Cors>,
        functions: &Functions,
        (invoker, clock): (Invoker, Clock),
    ) -> Self {
        let mut routes = Vec::new();
        for of in template {
            let Some(function) = functions.http.get(&of.binary) else { continue };
            let target = |route: &Route| {
                let (binary, function) = (of.binary.clone(), Arc::clone(function));
                (route.clone(), Target { binary, function })
            };
            routes.extend(of.routes.iter().map(target));
        }
        Self { routes: Arc::new(Routes::new(routes)), cors, invoker, clock }
    }

    /// Returns what answers requests that come by this scheme.
    pub(crate) fn router(&self, scheme: &'static str) -> Router {
        let gateway = self.clone();
        Router::new().fallback(move |request: Request<Body>| {
            let gateway = gateway.clone();
            async move { gateway.answer(request, scheme).await }
        })
    }

    async fn answer(&self, request: Request<Body>, scheme: &'static str) -> Response<Body> {
        let (parts, body) = request.into_parts();
        if let Some(cors) = self.cors.as_ref().filter(|_| parts.method == Method::OPTIONS) {
            return cors.preflight(&parts.headers, StatusCode::NO_CONTENT);
        }
        let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let found = self.routes.find(parts.method.as_str(), parts.uri.path());
        let Some((route, target, parameters)) = found else {
            return refuse(StatusCode::NOT_FOUND, "Not Found");
        };
        let (route, at) = (route.key(), self.clock.now());
        let incoming = Incoming {
            parts: &parts,
            body: &body,
            route: &route,
            parameters: &parameters,
            at,
            scheme,
        };
        let Some(event) = incoming.event() else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let answer = (target.function)(event, self.invoker.invocation(&target.binary)).await;
        let mut response = render(&answer);
        if let Some(cors) = &self.cors {
            cors.replace(&parts.headers, response.headers_mut());
        }
        response
    }
}
