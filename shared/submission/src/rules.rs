use aws::{MissingSetting, Settings};
use egress::AllowedHosts;
use engines::Catalogue;
use operations::Rules;

/// Reads what requests are checked against: `RECAST_OWN_ENGINES` is the owner's table of engines, `RECAST_ENGINES` names the engines whose programs the
/// runner has, as `office=7.4.7`, `RECAST_ALLOW_HOSTS` the addresses opened although they are not
/// public, `RECAST_ROLE_BUCKETS` the buckets that the deployment's own role may be used for, and
/// `RECAST_COMMANDS` the engines that users may run with arguments of their own; all lists go by commas.
///
/// # Errors
///
/// [`MissingSetting`] when a list cannot be read.
pub fn read(settings: &Settings) -> Result<Rules, MissingSetting> {
    let programs = settings.optional("RECAST_ENGINES").unwrap_or_default();
    let own = settings.optional("RECAST_OWN_ENGINES").unwrap_or_default();
    let commands = settings.optional("RECAST_COMMANDS").unwrap_or_default();
    let catalogue = Catalogue::from_settings(own, programs, commands);
    read_with(settings, catalogue.map_err(|_| MissingSetting("RECAST_OWN_ENGINES"))?)
}

/// Reads what requests are checked against besides `catalogue`, for who has one.
///
/// # Errors
///
/// [`MissingSetting`] when a list cannot be read.
pub fn read_with(settings: &Settings, catalogue: Catalogue) -> Result<Rules, MissingSetting> {
    let hosts = AllowedHosts::parse(settings.optional("RECAST_ALLOW_HOSTS"));
    let hosts = hosts.map_err(|_| MissingSetting("RECAST_ALLOW_HOSTS"))?;
    let buckets = settings.optional("RECAST_ROLE_BUCKETS").unwrap_or_default().split(',');
    let buckets = buckets.map(str::trim).filter(|bucket| !bucket.is_empty());
    Ok(Rules { catalogue, hosts, role_buckets: buckets.map(ToOwned::to_owned).collect() })
}
