use aws::{MissingSetting, Settings};
use egress::AllowedHosts;
use engines::Catalogue;
use operations::Rules;

/// Reads what requests are checked against: `RECAST_ENGINES` names the engines whose programs the
/// runner has, as `office=7.4.7`, and `RECAST_ALLOW_HOSTS` the addresses opened although they are not
/// public; both lists go by commas.
///
/// # Errors
///
/// [`MissingSetting`] when a list cannot be read.
pub fn read(settings: &Settings) -> Result<Rules, MissingSetting> {
    let programs = settings.optional("RECAST_ENGINES").unwrap_or_default();
    let catalogue = Catalogue::from_setting(programs);
    let hosts = AllowedHosts::parse(settings.optional("RECAST_ALLOW_HOSTS"));
    Ok(Rules { catalogue, hosts: hosts.map_err(|_| MissingSetting("RECAST_ALLOW_HOSTS"))? })
}
