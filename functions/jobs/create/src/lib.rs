//! `POST /v2/jobs`: takes a job in and answers with it at once; with `dry_run=true` it only says what
//! the job would do.

use std::sync::Arc;

use api::{
    ApiError, Body, Request, Response, Scope, address, authorize, count_request, created, data,
    json_body, ok, parameter, shown_job, with_rate,
};
pub use submission::Context;

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let caller = authorize(&context.api, &request, Scope::TaskWrite).await?;
    if parameter(&request, "dry_run").is_some_and(|flag| flag == "true" || flag == "1") {
        return Ok(ok(data(&context.plan(&json_body(&request)?)?)?));
    }
    let rate = count_request(&context.api, &caller).await?;
    let job = context.job_once(&caller, &address(&request), &request).await?;
    Ok(with_rate(created(shown_job(&context.api, &request, &job).await?), rate))
}
