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
}

impl Context {
    /// Connects to the services.
    ///
    /// `RECAST_WAIT_SECONDS` is how long a function that waits may: 28 behind the gateway, which
    /// cuts off after 30.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let patience = environment.settings.optional("RECAST_WAIT_SECONDS").unwrap_or("28").parse();
        Ok(Self {
            store: Store::new(environment)?,
            files: Files::new(environment)?,
            clock: environment.clock.clone(),
            keys: Arc::default(),
            patience: patience.map_err(|_| MissingSetting("RECAST_WAIT_SECONDS"))?,
        })
    }
}
