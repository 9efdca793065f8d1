//! The synchronous host: the paths of the API that clients call there, answered when the task or job
//! has ended.
//!
//! It is a function URL in streaming mode, so no gateway cuts it off after 30 seconds. Once it knows
//! that the answer will be one, it sends a space every ten seconds until the JSON follows: white space
//! may stand before JSON, and nobody on the way takes the silence for death.

mod route;
mod stream;

use std::sync::Arc;

use api::{ApiError, Body, Request, Response, Scope, authorize};
use route::Route;
pub use stream::StreamBody;
pub use submission::Context;

/// Answers one request.
pub async fn handle(context: Arc<Context>, request: Request) -> Response<StreamBody> {
    // Boxed: what waits on what is too deep for the compiler to lay out in one piece.
    match Box::pin(answer(context, request)).await {
        Ok(response) => response,
        Err(error) => stream::whole(api::serve(Err(error))),
    }
}

async fn answer(context: Arc<Context>, request: Request) -> Result<Response<StreamBody>, ApiError> {
    match Route::of(&request)? {
        Route::Task(id) => task(context, request, id).await,
        Route::Job(id) => job(context, request, id).await,
        Route::CreateJob => create(context, request).await,
        Route::File(parts) => {
            let request = route::with_file(request, parts);
            let found = download_file::handle(Arc::new(context.api.clone()), request).await?;
            Ok(stream::whole(found))
        }
    }
}

async fn task(
    context: Arc<Context>,
    request: Request,
    id: domain::TaskId,
) -> Result<Response<StreamBody>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskRead).await?;
    api::reload_task(&context.api, &owner, id).await?;
    let clock = context.api.clock.clone();
    let wait = async move {
        let waited = api::wait_for_task(&context.api, &owner, id, &request).await?;
        api::task_body(&context.api, &api::address(&request), &waited.found).await
    };
    Ok(stream::after(clock, 200, wait))
}

async fn job(
    context: Arc<Context>,
    request: Request,
    id: domain::JobId,
) -> Result<Response<StreamBody>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskRead).await?;
    api::reload_job(&context.api, &owner, id).await?;
    Ok(when_ended(context, request, owner, (id, 200)))
}

async fn create(context: Arc<Context>, request: Request) -> Result<Response<StreamBody>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let group = context.job(&owner, &api::json_body(&request)?).await?;
    Ok(when_ended(context, request, owner, (group.id.into(), 201)))
}

fn when_ended(
    context: Arc<Context>,
    request: Request,
    owner: api::OwnerId,
    (id, status): (domain::JobId, u16),
) -> Response<StreamBody> {
    let clock = context.api.clock.clone();
    let wait = async move {
        let waited = api::wait_for_job(&context.api, &owner, id, &request).await?;
        api::job_body(&context.api, &api::address(&request), &waited.found).await
    };
    stream::after(clock, status, wait)
}

/// What a whole answer's body is made of.
pub(crate) fn bytes(body: Body) -> bytes::Bytes {
    match body {
        Body::Text(text) => text.into(),
        Body::Binary(bytes) => bytes.into(),
        Body::Empty | _ => bytes::Bytes::new(),
    }
}
