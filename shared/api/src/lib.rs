//! Everything HTTP: who asks, what is asked for, how it is answered, and how long a client waits.
//!
//! Functions behind the gateway are a `handle` over this room; the one [`serve()`] renders whatever
//! goes wrong in the API's error shape, so that no error reaches the gateway bare.

mod auth;
mod body;
mod cache;
mod context;
mod error;
mod find;
mod include;
mod limit;
mod list;
mod once;
mod page;
mod path;
mod redirect;
mod serve;
pub mod told;
mod view;
mod wait;

pub use auth::{Caller, authorize};
pub use body::{LARGEST_BODY, json_body};
pub use cache::cacheable;
pub use context::Context;
pub use domain::OwnerId;
pub use error::ApiError;
pub use find::{find_job, find_task, find_webhook, reload_job, reload_task};
pub use include::{extras, shown_job, single_tries};
pub use lambda_http::{Body, Error, Request, RequestExt, Response};
pub use limit::{count_request, with_rate};
pub use list::{list_jobs, list_tasks};
pub use once::{Begun, begin, idempotency_key, repeated};
pub use page::{Links, Meta, Page, Paged, filter, flag, includes, parameter};
pub use path::{address, api_path, path_id, path_text};
pub use redirect::{
    export_address, export_redirect, redirect, same_secret, see_job, wants_redirect,
};
pub use serve::{ErrorBody, run, serve, service};
pub use store::Scope;
pub use view::{created, data, json, no_content, ok, task_body, task_body_with, text};
pub use wait::{Waited, answer_wait, next_delay, wait_for_job, wait_for_task};
