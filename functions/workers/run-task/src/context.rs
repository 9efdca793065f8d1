use std::path::PathBuf;
use std::time::Duration;

use aws::{Environment, MissingSetting, Service};
use capture::Capturer;
use egress::{AllowedHosts, Egress, Limits};
use engines::Catalogue;
use operations::{Role, Rules};
use settle::Settler;

/// What working on tasks needs.
#[derive(Clone, Debug)]
pub struct Context {
    pub(crate) settler: Settler,
    pub(crate) egress: Egress,
    pub(crate) capturer: Capturer,
    pub(crate) rules: Rules,
    /// What this function is to AWS.
    pub(crate) role: Role,
    /// How many tasks of one key may be at work at once; 0 for as many as there are.
    pub(crate) running_per_key: usize,
    /// Where the directories of runs are made.
    pub(crate) scratch: PathBuf,
}

/// What bringing in one file may take.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(10),
    idle: Duration::from_secs(60),
    total: Duration::from_secs(15 * 60),
    max_bytes: files::LARGEST,
    max_redirects: 5,
};

impl Context {
    /// Connects to the services; `catalogue` says which engines this machine has.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there or cannot be read.
    pub fn new(environment: &Environment, catalogue: Catalogue) -> Result<Self, MissingSetting> {
        let running = environment.settings.optional("RECAST_RUNNING_PER_KEY").unwrap_or("0");
        let commands = environment.settings.optional("RECAST_COMMANDS").unwrap_or_default();
        let rules =
            submission::read_rules_with(&environment.settings, catalogue.with_commands(commands))?;
        let scratch = environment.settings.optional("RECAST_SCRATCH").unwrap_or("/tmp");
        Ok(Self {
            settler: Settler::new(environment)?,
            egress: Egress::new(rules.hosts.clone(), LIMITS),
            capturer: Capturer::new(environment)?,
            rules,
            role: role(environment)?,
            running_per_key: running
                .parse()
                .map_err(|_| MissingSetting("RECAST_RUNNING_PER_KEY"))?,
            scratch: PathBuf::from(scratch),
        })
    }
}

/// The S3 of an embedded stack is on this machine, where no user's address leads: a way of its own leads
/// there.
fn role(environment: &Environment) -> Result<Role, MissingSetting> {
    let credentials = environment.credentials()?;
    let endpoint = environment.endpoint(Service::S3).map(ToOwned::to_owned);
    let host = endpoint.as_deref().and_then(|it| it.split("://").nth(1));
    let hosts = AllowedHosts::parse(host.map(|host| host.trim_end_matches('/')));
    Ok(Role {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: credentials.secret_access_key().to_owned(),
        session_token: credentials.session_token().map(ToOwned::to_owned),
        endpoint,
        egress: Egress::new(hosts.map_err(|_| MissingSetting("AWS_ENDPOINT_URL_S3"))?, LIMITS),
    })
}
