use std::collections::BTreeMap;

use super::{Resolver, TEMPLATE, TemplateError, variables, yaml};

/// Returns the settings that all functions of a deployed stack share, given what CloudFormation's
/// pseudo parameters are there; the template's own have their defaults.
///
/// # Errors
///
/// [`TemplateError`] when they cannot be told without deploying it.
pub(crate) fn shared_settings(
    pseudo: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let template = yaml(TEMPLATE)?;
    let globals = template["Globals"]["Function"].clone();
    variables(&Resolver::new(&template, pseudo).resolve(globals)?)
}
