use std::path::PathBuf;
use std::time::Duration;

use ambient::Clock;
use aws::{Environment, MissingSetting};
use egress::{Egress, Limits};
use engines::Catalogue;
use files::Files;
use operations::Rules;

/// What opening pages needs.
#[derive(Clone, Debug)]
pub struct Context {
    pub(crate) clock: Clock,
    pub(crate) files: Files,
    pub(crate) egress: Egress,
    pub(crate) rules: Rules,
    /// Where the directories of visits are made.
    pub(crate) scratch: PathBuf,
}

/// What fetching one part of a page may take. Redirects are the browser's to follow.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(10),
    idle: Duration::from_secs(60),
    total: Duration::from_secs(5 * 60),
    max_bytes: 1 << 30,
    max_redirects: 0,
};

impl Context {
    /// Names the bucket; `catalogue` says which engines this machine has.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there or cannot be read.
    pub fn new(environment: &Environment, catalogue: Catalogue) -> Result<Self, MissingSetting> {
        let rules = submission::read_rules_with(&environment.settings, catalogue)?;
        let scratch = environment.settings.optional("RECAST_SCRATCH").unwrap_or("/tmp");
        Ok(Self {
            clock: environment.clock.clone(),
            files: Files::new(environment)?,
            egress: Egress::new(rules.hosts.clone(), LIMITS),
            rules,
            scratch: PathBuf::from(scratch),
        })
    }
}
