use std::time::Duration;

use domain::{Group, JobId, OwnerId, Task, TaskId};
use jiff::{SignedDuration, Timestamp};
use lambda_http::http::{HeaderValue, StatusCode, header::LOCATION};
use lambda_http::{Body, Request, RequestExt, Response};

use crate::find::{reload_job, reload_task};
use crate::view::json;
use crate::{ApiError, Context};

/// After so many redirections a client is answered with what there is: some give up at ten.
const MOST_HOPS: u32 = 8;

/// What a wait came to.
#[derive(Clone, Debug)]
pub struct Waited<T> {
    /// The task or job as it is.
    pub found: T,
    /// Whether it has ended.
    pub ended: bool,
}

/// Returns how long to wait before looking again: a tenth of the time waited, so that nobody learns
/// of an end much later than it took, but never under 50 ms nor over 500 ms.
#[must_use]
pub fn next_delay(waited: Duration) -> Duration {
    (waited / 10).clamp(Duration::from_millis(50), Duration::from_millis(500))
}

/// Waits until a task has ended, or the time is up.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is not the owner's, or goes while it is waited for.
pub async fn wait_for_task(
    context: &Context,
    owner: &OwnerId,
    id: TaskId,
    request: &Request,
) -> Result<Waited<Task>, ApiError> {
    let mut wait = Wait::begin(context, request);
    let mut task = reload_task(context, owner, id).await?;
    while !task.has_ended() && wait.pause().await {
        task = reload_task(context, owner, id).await?;
    }
    Ok(Waited { ended: task.has_ended(), found: task })
}

/// Waits until a job has ended, or the time is up.
///
/// While it has not, only its own row is looked at.
///
/// # Errors
///
/// [`ApiError::NotFound`] when it is not the owner's, or goes while it is waited for.
pub async fn wait_for_job(
    context: &Context,
    owner: &OwnerId,
    id: JobId,
    request: &Request,
) -> Result<Waited<Group>, ApiError> {
    let mut wait = Wait::begin(context, request);
    let ended = |job: &Option<domain::Job>| job.as_ref().is_some_and(|job| job.ended_at.is_some());
    let group = reload_job(context, owner, id).await?;
    if ended(&group.job) {
        return Ok(Waited { found: group, ended: true });
    }
    while wait.pause().await {
        let job = context.store.job(id).await?;
        if job.is_none() || ended(&job) {
            break;
        }
    }
    let group = reload_job(context, owner, id).await?;
    Ok(Waited { ended: ended(&group.job), found: group })
}

/// Answers a wait behind the gateway: 200 when it has ended; else 307 to the same path and query, which
/// counts the hops, with the body as it is for those who do not follow.
#[must_use]
pub fn answer_wait(request: &Request, ended: bool, body: String) -> Response<Body> {
    let hops = hops(request);
    if ended || hops >= MOST_HOPS {
        return json(StatusCode::OK, body);
    }
    let mut response = json(StatusCode::TEMPORARY_REDIRECT, body);
    let location = format!("{}?{}", request.raw_http_path(), counted(request, hops + 1));
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn hops(request: &Request) -> u32 {
    let query = request.query_string_parameters();
    query.first("hop").and_then(|hop| hop.parse().ok()).unwrap_or_default()
}

/// The query as it came, but for the count.
fn counted(request: &Request, hops: u32) -> String {
    let pairs = request.uri().query().unwrap_or_default().split('&');
    let kept = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("hop="));
    kept.map(ToOwned::to_owned).chain([format!("hop={hops}")]).collect::<Vec<_>>().join("&")
}

/// The time that a client is made to wait.
struct Wait<'a> {
    context: &'a Context,
    begun: Timestamp,
    end: Timestamp,
}

impl<'a> Wait<'a> {
    fn begin(context: &'a Context, request: &Request) -> Self {
        let begun = context.clock.now();
        let patience =
            SignedDuration::from_secs(i64::try_from(context.patience).unwrap_or(i64::MAX));
        let end = begun.saturating_add(patience).unwrap_or(Timestamp::MAX);
        Self { context, begun, end: deadline(request).map_or(end, |deadline| deadline.min(end)) }
    }

    /// Waits a little; says whether there is time for another look.
    async fn pause(&mut self) -> bool {
        let now = self.context.clock.now();
        let waited = Duration::try_from(now.duration_since(self.begun)).unwrap_or_default();
        let left = Duration::try_from(self.end.duration_since(now)).unwrap_or_default();
        if left.is_zero() {
            return false;
        }
        self.context.clock.sleep(next_delay(waited).min(left)).await;
        true
    }
}

/// The instance's own end, with a second to answer.
fn deadline(request: &Request) -> Option<Timestamp> {
    let deadline = request.lambda_context_ref()?.deadline;
    let deadline = Timestamp::from_millisecond(i64::try_from(deadline).ok()?).ok()?;
    deadline
        .saturating_sub(SignedDuration::from_secs(1))
        .ok()
        .filter(|_| deadline > Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_after_a_tenth_of_the_time_waited() {
        let delay = |millis| next_delay(Duration::from_millis(millis)).as_millis();
        assert_eq!([0, 400, 1_000, 3_000, 60_000].map(delay), [50, 50, 100, 300, 500]);
    }

    #[test]
    fn a_wait_of_25_seconds_takes_about_80_looks() {
        let (mut waited, mut looks) = (Duration::ZERO, 0);
        while waited < Duration::from_secs(25) {
            waited += next_delay(waited);
            looks += 1;
        }
        assert!((70..=85).contains(&looks), "{looks}");
    }

    fn hop(query: &str) -> Response<Body> {
        let uri = format!("https://example.org/v2/tasks/x/wait{query}");
        let request = lambda_http::http::Request::builder().uri(&uri).body(Body::Empty).unwrap();
        let parameters = uri.parse::<lambda_http::http::Uri>().unwrap();
        let hop =
            parameters.query().and_then(|query| query.strip_prefix("hop=")).map(ToOwned::to_owned);
        let hop: std::collections::HashMap<String, String> =
            hop.map(|hop| ("hop".to_owned(), hop)).into_iter().collect();
        let request =
            request.with_query_string_parameters(hop).with_raw_http_path("/v2/tasks/x/wait");
        answer_wait(&request, false, "{}".to_owned())
    }

    #[test]
    fn a_wait_that_is_not_over_redirects_eight_times() {
        assert_eq!(hop("").headers()[LOCATION], "/v2/tasks/x/wait?hop=1");
        assert_eq!(hop("?hop=7").headers()[LOCATION], "/v2/tasks/x/wait?hop=8");
        assert_eq!(hop("?hop=8").status(), StatusCode::OK);
        assert_eq!(hop("?hop=x").headers()[LOCATION], "/v2/tasks/x/wait?hop=1");
        let kept = hop("?redirect=true").headers()[LOCATION].clone();
        assert_eq!(kept, "/v2/tasks/x/wait?redirect=true&hop=1");
    }
}
