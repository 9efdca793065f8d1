//! Takes jobs and tasks in: checks the whole request, says all that is wrong with it at once, stores
//! it all or nothing, and settles it for the first time.
//!
//! It knows what is asked for and what is stored, not how the request came.

mod errors;
mod job;
mod request;
mod rules;
mod store;
mod task;

use api::ApiError;
use aws::{Environment, MissingSetting};
use operations::Rules;
use settle::{SettleError, Settler};

use errors::Errors;
pub use rules::read as read_rules;

/// The most tasks a job may have.
pub const MOST_TASKS: usize = 500;

/// What taking jobs and tasks in needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// What every function of the API needs.
    pub api: api::Context,
    settler: Settler,
    rules: Rules,
}

impl Context {
    /// Connects to the services, with the rules that the settings make.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there or cannot be read.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        Ok(Self {
            api: api::Context::new(environment)?,
            settler: Settler::new(environment)?,
            rules: rules::read(&environment.settings)?,
        })
    }
}

fn unsettled(error: SettleError) -> ApiError {
    match error {
        SettleError::Store(error) => error.into(),
        SettleError::Files(error) => error.into(),
        SettleError::Workflow(error) => ApiError::Unavailable(error.into()),
    }
}
