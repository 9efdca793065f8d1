//! Tasks, jobs and webhooks as the API shows them; what webhooks are told of a job is the same.
//!
//! What a view holds beyond the rows it is given ([`Extras`]) its caller has read: this room reads
//! only lists of files and payloads that lie in the bucket.

mod delivery;
mod file;
mod job;
mod plan;
mod task;
mod webhook;

use jiff::Timestamp;
use serde::Serialize;

pub use delivery::{DeliveryView, delivery};
pub use file::{FileView, FormView, ResultView};
pub use job::{JobView, job, jobs};
pub use plan::{PlanView, PlannedView};
pub use task::{Extras, TaskView, task};
pub use webhook::{WebhookView, new_webhook, webhook};

/// What views are made with.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The bucket.
    pub files: &'a files::Files,
    /// The address that the reader comes by: scheme and host, without a slash at the end.
    pub address: &'a str,
}

/// What every answer is wrapped in.
#[derive(Serialize)]
pub struct Data<T> {
    /// The task, the job or whatever was asked for.
    pub data: T,
}

/// Where a thing is found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Links {
    /// The thing itself.
    #[serde(rename = "self")]
    #[cfg_attr(feature = "schema", schema(format = "uri"))]
    pub own: String,
}

/// Writes a time as the API does: to the second, with the offset spelled out.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}
