//! API Gateway: the routes of the template, each with its function.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambient::Clock;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};

use super::event::{Incoming, refuse, render};
use super::functions::{Functions, HttpFunction};
use super::invoker::Invoker;
use super::template::{Function, Route};

/// What the gateway takes: 10 MB.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const LARGEST: usize = 10 * 1024 * 1024;

/// The gateway.
#[derive(Clone)]
pub(crate) struct Gateway {
    routes: Arc<Vec<Target>>,
    invoker: Invoker,
    clock: Clock,
}

struct Target {
    route: Route,
    binary: String,
    function: HttpFunction,
}

impl Gateway {
    pub(crate) fn new(
        template: &[Function],
        functions: &Functions,
        invoker: Invoker,
        clock: Clock,
    ) -> Self {
        let mut routes = Vec::new();
        for of in template {
            let Some(function) = functions.http.get(&of.binary) else { continue };
            let target = |route: &Route| Target {
                route: route.clone(),
                binary: of.binary.clone(),
                function: Arc::clone(function),
            };
            routes.extend(of.routes.iter().map(target));
        }
        // The most specific route wins: one without a greedy part, then one with fewer variables.
        routes.sort_by_key(|target| {
            (target.route.path.contains('+'), target.route.path.matches('{').count())
        });
        Self { routes: Arc::new(routes), invoker, clock }
    }

    pub(crate) fn router(self) -> Router {
        Router::new().fallback(move |request: Request<Body>| {
            let gateway = self.clone();
            async move { gateway.answer(request).await }
        })
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let found = self.routes.iter().find_map(|target| {
            let method = target.route.method == parts.method.as_str();
            let parameters = matches(&target.route.path, parts.uri.path()).filter(|_| method)?;
            Some((target, parameters))
        });
        let Some((target, parameters)) = found else {
            return refuse(StatusCode::NOT_FOUND, "Not Found");
        };
        let route = format!("{} {}", target.route.method, target.route.path);
        let at = self.clock.now();
        let incoming =
            Incoming { parts: &parts, body: &body, route: &route, parameters: &parameters, at };
        let Some(event) = incoming.event() else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let answer = (target.function)(event, self.invoker.invocation(&target.binary)).await;
        render(&answer)
    }
}

/// Returns the variable parts of a path, decoded, if it is one of the route.
fn matches(route: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    let mut rest = path.trim_start_matches('/').split('/');
    for part in route.trim_start_matches('/').split('/') {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            if rest.next() != Some(part) {
                return None;
            }
            continue;
        };
        let (name, value) = match name.strip_suffix('+') {
            Some(name) => (name, rest.by_ref().collect::<Vec<_>>().join("/")),
            None => (name, rest.next()?.to_owned()),
        };
        if value.is_empty() {
            return None;
        }
        let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned();
        parameters.insert(name.to_owned(), value);
    }
    rest.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(route: &str, path: &str, expect: Option<&[(&str, &str)]>) {
        let owned = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        assert_eq!(matches(route, path), expect.map(owned), "{route} {path}");
    }

    #[test]
    fn paths_are_matched_part_by_part() {
        check("/v2/tasks/{id}", "/v2/tasks/1", Some(&[("id", "1")]));
        check("/v2/tasks/{id}", "/v2/tasks/", None);
        check("/v2/tasks/{id}", "/v2/tasks/1/wait", None);
        check("/v2/tasks/{id}/wait", "/v2/tasks/1/wait", Some(&[("id", "1")]));
        check("/v2/{operation+}", "/v2/import/url", Some(&[("operation", "import/url")]));
        check("/files/{id}/{name}", "/files/1/a%20b%2Fc", Some(&[("id", "1"), ("name", "a b/c")]));
    }
}
