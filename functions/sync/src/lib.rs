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
use lambda_http::http::StatusCode;
use route::Route;
pub use stream::StreamBody;
pub use submission::Context;
use tracing::Instrument;

/// Answers one request.
pub async fn handle(context: Arc<Context>, request: Request) -> Response<StreamBody> {
    let span = api::told::span(&request);
    let answer = async {
        // Boxed: what waits on what is too deep for the compiler to lay out in one piece.
        match Box::pin(answer(context, request)).await {
            Ok(response) => response,
            Err(error) => stream::whole(api::serve(Err(error))),
        }
    };
    api::told::answered(answer).instrument(span).await
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
    let owner = authorize(&context.api, &request, Scope::TaskRead).await?.owner;
    api::reload_task(&context.api, &owner, id).await?;
    let clock = context.api.clock.clone();
    let wait = async move {
        let found = api::wait_for_task(&context.api, &owner, id, &request).await?.found;
        let extras = api::extras(&context.api, &request, &found).await?;
        api::task_body_with(&context.api, &api::address(&request), &found, extras).await
    };
    Ok(stream::after(clock, 200, wait))
}

async fn job(
    context: Arc<Context>,
    request: Request,
    id: domain::JobId,
) -> Result<Response<StreamBody>, ApiError> {
    let owner = authorize(&context.api, &request, Scope::TaskRead).await?.owner;
    api::reload_job(&context.api, &owner, id).await?;
    if api::flag(&request, "redirect")? {
        return lead(&context, &request, &owner, (id, 200)).await;
    }
    Ok(when_ended(context, request, owner, (id, 200)))
}

async fn create(context: Arc<Context>, request: Request) -> Result<Response<StreamBody>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let body = api::json_body(&request)?;
    let redirect = api::wants_redirect(&request, &body)?;
    let rate = api::count_request(&context.api, &caller).await?;
    let group = context.job_once(&caller, &body, &request).await?;
    let (owner, answer) = (caller.owner, (group.id.into(), 201));
    let response = if redirect {
        lead(&context, &request, &owner, answer).await?
    } else {
        when_ended(context, request, owner, answer)
    };
    Ok(api::with_rate(response, rate))
}

/// Leads to the job's file once it is there; nothing can be sent before that. A job that has none is
/// answered as it is.
async fn lead(
    context: &Context,
    request: &Request,
    owner: &api::OwnerId,
    (id, status): (domain::JobId, u16),
) -> Result<Response<StreamBody>, ApiError> {
    let job = api::wait_for_job(&context.api, owner, id, request).await?.found;
    if let Some(address) = api::export_address(&context.api, request, &job).await? {
        return Ok(stream::whole(api::redirect(&address)?));
    }
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let body = api::shown_job(&context.api, request, &job).await?;
    Ok(stream::whole(api::json(status, body)))
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
        api::shown_job(&context.api, &request, &waited.found).await
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
