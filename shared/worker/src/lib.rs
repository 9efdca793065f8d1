//! What all functions behind the API share: those that state machines, the bucket and the schedule
//! call. It knows how they are called and how they fail, not what they do.

mod error;
mod serve;

pub use error::WorkerError;
pub use lambda_runtime::{Context as Invocation, Error};
pub use serve::{Worker, run};
