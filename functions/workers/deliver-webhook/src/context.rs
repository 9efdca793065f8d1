use std::time::Duration;

use ambient::Clock;
use aws::{Environment, MissingSetting};
use egress::{AllowedHosts, Egress, Limits};
use files::Files;
use store::Store;

/// What telling webhooks needs.
#[derive(Clone, Debug)]
pub struct Context {
    pub(crate) store: Store,
    pub(crate) files: Files,
    pub(crate) egress: Egress,
    pub(crate) clock: Clock,
}

/// What one try may take; of the answer nothing is read but its status.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(10),
    idle: Duration::from_secs(30),
    total: Duration::from_secs(30),
    max_bytes: 0,
    max_redirects: 0,
};

impl Context {
    /// Connects to the services; `RECAST_ALLOW_HOSTS` names the addresses opened although they are not
    /// public, by commas.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there or cannot be read.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let hosts = AllowedHosts::parse(environment.settings.optional("RECAST_ALLOW_HOSTS"));
        let hosts = hosts.map_err(|_| MissingSetting("RECAST_ALLOW_HOSTS"))?;
        Ok(Self {
            store: Store::new(environment)?,
            files: Files::new(environment)?,
            egress: Egress::new(hosts, LIMITS),
            clock: environment.clock.clone(),
        })
    }
}
