use std::collections::BTreeMap;

/// Why the placeholders of a definition cannot be filled.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum SubstitutionError {
    /// A `${` has no `}`.
    #[error("a placeholder is not closed")]
    Unclosed,
    /// The definition names a placeholder that has no value.
    #[error("nothing is given for the placeholder `{0}`")]
    Unfilled(String),
    /// A value is given for a placeholder that the definition does not name.
    #[error("the definition has no placeholder `{0}`")]
    Unused(String),
    /// A value would end the JSON string it is put into.
    #[error("what is given for the placeholder `{0}` does not fit into a JSON string")]
    Unsafe(String),
}

/// Puts `values` for the `${Name}` placeholders in `text`, as CloudFormation does with
/// DefinitionSubstitutions.
///
/// # Errors
///
/// [`SubstitutionError`] when a placeholder and the values do not fit.
pub(super) fn fill(
    text: &str,
    values: &BTreeMap<String, String>,
) -> Result<String, SubstitutionError> {
    let mut unused = values.clone();
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or(SubstitutionError::Unclosed)?;
        filled.push_str(before);
        filled.push_str(value(values, name)?);
        unused.remove(name);
        rest = after;
    }
    filled.push_str(rest);
    match unused.pop_first() {
        Some((name, _)) => Err(SubstitutionError::Unused(name)),
        None => Ok(filled),
    }
}

fn value<'a>(
    values: &'a BTreeMap<String, String>,
    name: &str,
) -> Result<&'a str, SubstitutionError> {
    let value = values.get(name).ok_or_else(|| SubstitutionError::Unfilled(name.to_owned()))?;
    let breaks_out = |char: char| char == '"' || char == '\\' || char.is_control();
    if value.contains(breaks_out) {
        return Err(SubstitutionError::Unsafe(name.to_owned()));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, values: &[(&str, &str)], expected: Result<&str, SubstitutionError>) {
        let values =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(fill(text, &values), expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn every_placeholder_has_a_value_and_every_value_a_placeholder() {
        check("none", &[], Ok("none"));
        check("${A}-${B}-${A}", &[("A", "1"), ("B", "2")], Ok("1-2-1"));
        check("${A}", &[("A", "${B}")], Ok("${B}"));
        check("${A}", &[], Err(SubstitutionError::Unfilled("A".to_owned())));
        check("a", &[("A", "1")], Err(SubstitutionError::Unused("A".to_owned())));
        check("${A", &[("A", "1")], Err(SubstitutionError::Unclosed));
        check("${A}", &[("A", "1\",\"x\":\"")], Err(SubstitutionError::Unsafe("A".to_owned())));
    }
}
