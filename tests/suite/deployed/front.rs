//! An address for an API that the stand-in knows by a name of its own, which no resolver does.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use tokio::net::TcpListener;

use crate::harness::http;

/// Leads whoever comes to an address of this machine to where an API is, and returns that address.
pub(super) async fn front(to: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(lead).with_state((http(), to.to_owned()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    here
}

/// Passes a request on as AWS does: the host stays as the client said it, the scheme is told.
async fn lead(
    State((http, to)): State<(reqwest::Client, String)>,
    request: Request,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let passed = http.request(head.method, format!("{to}{path}")).headers(head.headers);
    let answer = passed.header("x-forwarded-proto", "http").body(body).send().await;
    let answer = answer.expect("an answer of the stand-in");
    let mut passed = Response::builder().status(answer.status());
    *passed.headers_mut().expect("headers") = answer.headers().clone();
    passed.body(Body::from(answer.bytes().await.expect("a body"))).expect("an answer")
}
