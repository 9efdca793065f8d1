use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::Roles;
use super::demand::{Demand, demands};

/// A way to AWS on which a function's role is asked before each request.
#[derive(Clone, Debug)]
pub(super) struct Guarded {
    pub(super) roles: Roles,
    pub(super) function: String,
    pub(super) inner: SharedHttpClient,
}

#[derive(Debug)]
struct Connector {
    guarded: Guarded,
    inner: SharedHttpConnector,
}

impl HttpClient for Guarded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { guarded: self.clone(), inner })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let path = request.uri().split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let path = path.map_or_else(String::new, |(_, path)| format!("/{path}"));
        let target = request.headers().get("x-amz-target");
        let needed = demands(target, &path, request.body().bytes().unwrap_or_default());
        let Guarded { roles, function, .. } = &self.guarded;
        let denied = needed
            .into_iter()
            .find(|Demand { action, resource }| !roles.allows_function(function, action, resource));
        match denied {
            Some(demand) => HttpConnectorFuture::ready(Ok(denial(function, &demand))),
            None => self.inner.call(request),
        }
    }
}

/// In AWS's words.
fn denial(function: &str, Demand { action, resource }: &Demand) -> HttpResponse {
    let message =
        format!("User: {function} is not authorized to perform: {action} on resource: {resource}");
    let body = json!({ "__type": "AccessDeniedException", "message": message });
    let status = StatusCode::try_from(400).unwrap_or_else(|_| unreachable!("400 is a status"));
    let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
    response.headers_mut().insert("x-amzn-errortype", "AccessDeniedException");
    response
}
