//! Everything HTTP: who asks, what is asked for, how it is answered, and how long a client waits.
//!
//! Functions behind the gateway are a `handle` over this room; the one [`serve()`] renders whatever
//! goes wrong in the API's error shape, so that no error reaches the gateway bare.

mod auth;
mod body;
mod context;
mod error;
mod find;
mod path;
mod redirect;
mod serve;
mod view;
mod wait;

pub use auth::authorize;
pub use body::{LARGEST_BODY, json_body};
pub use context::Context;
pub use domain::OwnerId;
pub use error::ApiError;
pub use find::{find_job, find_task, reload_job, reload_task};
pub use lambda_http::{Body, Error, Request, RequestExt, Response};
pub use path::{address, path_id, path_text};
pub use redirect::{redirect, same_secret, see_job};
pub use serve::{run, serve, service};
pub use store::Scope;
pub use view::{created_job, created_task, job_body, ok, task_body};
pub use wait::{Waited, answer_wait, next_delay, wait_for_job, wait_for_task};
