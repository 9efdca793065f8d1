use engines::{Availability, Catalogue};

/// Writes the engines whose programs are here as the setting that tells the API's functions.
#[must_use]
pub fn engines_setting(catalogue: &Catalogue) -> String {
    let programs = catalogue.engines().filter(|(engine, _)| engine.program.is_some());
    let found = programs.filter_map(|(engine, availability)| match availability {
        Availability::Available { version } => Some(format!("{}={version}", engine.name)),
        Availability::Missing { .. } => None,
    });
    found.collect::<Vec<_>>().join(",")
}
