use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::TemplateError;

/// Refuses values for parameters that the template does not declare.
pub(super) fn check(
    declared: &Value,
    given: &BTreeMap<String, String>,
) -> Result<(), TemplateError> {
    let Some(name) = given.keys().find(|name| declared.get(name).is_none()) else { return Ok(()) };
    let known = declared.as_object().into_iter().flat_map(Map::keys);
    let known = known.map(String::as_str).collect::<Vec<_>>().join(", ");
    Err(TemplateError::Parameter { name: name.clone(), known })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_that_is_not_declared_is_refused() {
        let declared = json!({ "A": { "Default": "a" }, "B": {} });
        let check = |name: &str| {
            let given = BTreeMap::from([(name.to_owned(), "1".to_owned())]);
            super::check(&declared, &given).map_err(|error| error.to_string())
        };
        assert_eq!(check("B"), Ok(()));
        assert_eq!(check("C"), Err("the template has no parameter C; it has A, B".to_owned()));
    }
}
