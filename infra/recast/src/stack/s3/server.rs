use std::{convert::Infallible, io, sync::Arc, time::Duration};

use http::{Method, Request, Response, StatusCode};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use s3s::{
    Body, HttpResponse, S3Error,
    service::{S3Service, S3ServiceBuilder},
};
use tokio::{net::TcpListener, task::JoinSet};

use super::{
    S3Options,
    access::{Keys, OneBucket},
    bucket::Bucket,
    cors::{Cors, Origin},
    post::PostObject,
};

/// How long to wait after a connection could not be accepted: file descriptors come free again.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(super) struct Server(Arc<Inner>);

struct Inner {
    cors: Cors,
    post: PostObject,
    s3: S3Service,
}

impl Server {
    pub(super) fn open(options: S3Options) -> io::Result<Self> {
        let bucket = Bucket::open(&options)?;
        bucket.notify_again();
        let keys = Keys { account: options.account, secret_key: options.secret_key };
        let mut s3 = S3ServiceBuilder::new(bucket.clone());
        s3.set_auth(keys.clone());
        s3.set_access(OneBucket { name: options.bucket.clone(), keys: keys.clone() });
        let post = PostObject::new(options.bucket, keys, bucket);
        Ok(Self(Arc::new(Inner { cors: Cors::new(options.cors), post, s3: s3.build() })))
    }

    /// Serves for ever; dropping the future drops the connections.
    pub(super) async fn run(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            let Ok((connection, _)) = listener.accept().await else {
                tokio::time::sleep(ACCEPT_RETRY).await;
                continue;
            };
            let server = self.clone();
            let service = tower::service_fn(move |request: Request<_>| {
                let server = server.clone();
                async move { Ok::<_, Infallible>(server.answer(request.map(Body::from)).await) }
            });
            connections.spawn(async move {
                let connection = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(connection), TowerToHyperService::new(service))
                    .into_owned();
                // A client that breaks off is no error of ours.
                let _ = connection.await;
            });
            while connections.try_join_next().is_some() {}
        }
    }

    async fn answer(&self, request: Request<Body>) -> HttpResponse {
        let Inner { cors, post, s3 } = &*self.0;
        if request.method() == Method::OPTIONS {
            return cors.preflight(request.headers()).unwrap_or_else(render);
        }
        let origin = Origin::of(&request);
        let mut response = if post.accepts(&request) {
            post.answer(request).await.unwrap_or_else(render)
        } else {
            s3.call(request).await.unwrap_or_else(|_| failure())
        };
        cors.decorate(origin, response.headers_mut());
        response
    }
}

fn render(error: S3Error) -> HttpResponse {
    error.to_http_response().unwrap_or_else(|_| failure())
}

fn failure() -> HttpResponse {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
