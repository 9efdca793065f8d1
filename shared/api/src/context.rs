use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use ambient::Clock;
use aws::{Environment, MissingSetting};
use files::Files;
use jiff::Timestamp;
use store::{ApiKey, Store};

/// What every function of the API needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// The table.
    pub store: Store,
    /// The bucket.
    pub files: Files,
    /// The time.
    pub clock: Clock,
    /// Keys seen lately, by their secret.
    pub(crate) keys: Arc<Mutex<HashMap<String, (ApiKey, Timestamp)>>>,
    /// How many seconds a client may be made to wait, where that is less than the instance has.
    pub(crate) patience: u64,
    /// How many jobs and tasks a key may create in a minute; 0 for as many as it likes.
    pub(crate) requests_per_minute: u32,
}

impl Context {
    /// Returns how many jobs and tasks a key may create in a minute, if that is limited.
    #[must_use]
    pub fn requests_per_minute(&self) -> Option<u32> {
        Some(self.requests_per_minute).filter(|limit| *limit > 0)
    }

    /// Connects to the services.
    ///
    /// `RECAST_WAIT_SECONDS` is how long a function that waits may: 28 behind the gateway, which
    /// cuts off after 30. `RECAST_REQUESTS_PER_MINUTE` is how many jobs and tasks a key may create in
    /// a minute; 0, or none given, for as many as it likes.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let number = |name: &'static str, default: &'static str| {
            let number = environment.settings.optional(name).unwrap_or(default).parse::<u32>();
            number.map_err(|_| MissingSetting(name))
        };
        Ok(Self {
            store: Store::new(environment)?,
            files: Files::new(environment)?,
            clock: environment.clock.clone(),
            keys: Arc::default(),
            patience: number("RECAST_WAIT_SECONDS", "28")?.into(),
            requests_per_minute: number("RECAST_REQUESTS_PER_MINUTE", "0")?,
        })
    }
}
