use std::time::Duration;

use ambient::Clock;
use aws::{Environment, MissingSetting};
use files::Files;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::Health;

/// How long an instance remembers what it saw.
const MEMORY: SignedDuration = SignedDuration::from_secs(10);

/// What has not answered by then is down.
const PATIENCE: Duration = Duration::from_secs(3);

/// What showing the service's health needs.
#[derive(Debug)]
pub struct Context {
    store: Store,
    files: Files,
    clock: Clock,
    seen: Mutex<Option<(Health, Timestamp)>>,
}

impl Context {
    /// Connects to the services.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        Ok(Self {
            store: Store::new(environment)?,
            files: Files::new(environment)?,
            clock: environment.clock.clone(),
            seen: Mutex::default(),
        })
    }

    /// Returns how the services are, or were at most ten seconds ago; one request looks, and others
    /// that come meanwhile wait for it.
    pub(crate) async fn health(&self) -> Health {
        let mut seen = self.seen.lock().await;
        let now = self.clock.now();
        if let Some((health, _)) = seen.filter(|(_, at)| now.duration_since(*at) < MEMORY) {
            return health;
        }
        let health = self.look().await;
        *seen = Some((health, now));
        health
    }

    async fn look(&self) -> Health {
        let table = timeout(PATIENCE, self.store.ping());
        let bucket = timeout(PATIENCE, self.files.ping());
        let (table, bucket) = tokio::join!(table, bucket);
        Health::new(matches!(table, Ok(Ok(()))), matches!(bucket, Ok(Ok(()))))
    }
}
