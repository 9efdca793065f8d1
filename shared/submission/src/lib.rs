//! Takes jobs and tasks in: checks the whole request, says all that is wrong with it at once, stores
//! it all or nothing, and settles it for the first time.
//!
//! It knows what is asked for and what is stored, not how the request came.

mod draft;
mod errors;
mod job;
mod members;
mod objects;
mod once;
mod plan;
mod request;
mod retry;
mod rules;
mod task;

use api::{ApiError, Caller};
use aws::{Environment, MissingSetting};
use domain::MOST_TASKS;
use operations::Rules;
use settle::{SettleError, Settler};
use store::{Effect, Once, Resource};

use errors::Errors;
pub use rules::{read as read_rules, read_with as read_rules_with};

/// What taking jobs and tasks in needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// What every function of the API needs.
    pub api: api::Context,
    /// What brings tasks forward.
    pub settler: Settler,
    rules: Rules,
}

/// Who asks for something, and how.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// The address by which the client came: scheme and host.
    pub address: &'a str,
    /// The request that is to have its effect once, if it is one.
    pub once: Option<Once>,
}

impl Asked<'_> {
    /// Says what the request brings about, for who asks again.
    fn effect(&self, resource: Resource) -> Option<Effect> {
        self.once.clone().map(|once| once.effect(201, resource))
    }
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

/// Says what a client is told when a group could not be settled.
#[must_use]
pub fn unsettled(error: SettleError) -> ApiError {
    match error {
        SettleError::Store(error) => error.into(),
        SettleError::Files(error) => error.into(),
        SettleError::Workflow(error) => ApiError::Unavailable(error.into()),
    }
}
