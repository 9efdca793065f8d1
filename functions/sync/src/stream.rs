use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use ambient::Clock;
use api::{ApiError, Body, Response};
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use http_body_util::StreamBody as Streamed;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};

/// A body that comes in pieces.
pub type StreamBody = Streamed<BoxStream<'static, Result<http_body::Frame<Bytes>, Infallible>>>;

/// How long silence may last.
const SILENCE: Duration = Duration::from_secs(10);

type Wait = Pin<Box<dyn Future<Output = Result<String, ApiError>> + Send>>;

/// Makes an answer that is whole already one that could come in pieces.
pub(crate) fn whole(response: Response<Body>) -> Response<StreamBody> {
    response.map(|body| from_pieces(stream::iter([crate::bytes(body)]).boxed()))
}

/// Answers at once, with spaces until the wait is over and then with what it brought.
///
/// What goes wrong after that beginning can only be told in the body.
pub(crate) fn after<W>(clock: Clock, status: u16, wait: W) -> Response<StreamBody>
where
    W: Future<Output = Result<String, ApiError>> + Send + 'static,
{
    let wait: Wait = Box::pin(wait);
    let pieces = stream::unfold(Some(wait), move |state| piece(clock.clone(), state));
    let mut response = Response::new(from_pieces(pieces.boxed()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn piece(clock: Clock, state: Option<Wait>) -> Option<(Bytes, Option<Wait>)> {
    let mut wait = state?;
    tokio::select! {
        body = &mut wait => Some((body.map_or_else(told, Bytes::from), None)),
        () = clock.sleep(SILENCE) => Some((Bytes::from_static(b" "), Some(wait))),
    }
}

fn told(error: ApiError) -> Bytes {
    crate::bytes(api::serve(Err(error)).into_body())
}

fn from_pieces(pieces: BoxStream<'static, Bytes>) -> StreamBody {
    Streamed::new(pieces.map(|bytes| Ok(http_body::Frame::data(bytes))).boxed())
}
