//! `POST /v2/jobs`: takes a job in and answers with it at once; with `dry_run=true` it only says what
//! the job would do.

use std::sync::Arc;

use api::{
    ApiError, Body, Request, Response, Scope, authorize, count_request, created, data, flag,
    idempotency_key, json_body, ok, see_job, shown_job, wants_redirect, with_rate,
};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    let body = json_body(&request)?;
    let redirect = wants_redirect(&request, &body)?;
    if flag(&request, "dry_run")? {
        // It has no effect to repeat, but must be a key all the same.
        idempotency_key(&request)?;
        return Ok(ok(data(&context.plan(&body)?)?));
    }
    let rate = count_request(&context.api, &caller).await?;
    let job = context.job_once(&caller, &body, &request).await?;
    let created = created(shown_job(&context.api, &request, &job).await?);
    Ok(with_rate(see_job(&request, redirect, (job.id.into(), created)), rate))
}
