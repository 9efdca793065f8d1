use crate::fields::{Fields, label};

/// Which files of a storage are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// The one of this path.
    One(String),
    /// Those whose paths begin with this; an empty one names all there are.
    Several(String),
}

impl Selection {
    /// Reads the member that names one file, else the one that names several.
    pub(super) fn parse(fields: &mut Fields<'_>, one: &str, several: &str) -> Option<Self> {
        let path = fields.filled(one);
        let prefix = fields.text(several);
        if path.is_some_and(|path| path.ends_with('/')) {
            fields.refuse(one, format!("The {} must not end with a slash.", label(one)));
            return None;
        }
        let selection = path
            .map(|path| Self::One(path.to_owned()))
            .or(prefix.map(|prefix| Self::Several(prefix.to_owned())));
        if selection.is_none() && fields.payload().get(one).is_none_or(serde_json::Value::is_null) {
            let [one_of, other] = [one, several].map(label);
            fields.refuse(one, format!("The {one_of} field is required when no {other} is given."));
        }
        selection
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(payload: Value) -> Result<Selection, String> {
        let payload = payload.as_object().unwrap();
        let mut fields = Fields::new(payload);
        let read = Selection::parse(&mut fields, "key", "key_prefix");
        fields.finish(read).map_err(|invalid| invalid[0].message.clone())
    }

    #[test]
    fn one_file_or_several_are_named() {
        let check = |payload, expected| assert_eq!(parse(payload), expected);
        check(json!({ "key": "a/b.pdf" }), Ok(Selection::One("a/b.pdf".to_owned())));
        check(json!({ "key_prefix": "a/" }), Ok(Selection::Several("a/".to_owned())));
        check(json!({ "key_prefix": "" }), Ok(Selection::Several(String::new())));
        check(json!({ "key": "a", "key_prefix": "b" }), Ok(Selection::One("a".to_owned())));
        let missing = "The key field is required when no key prefix is given.";
        check(json!({ "key": null }), Err(missing.to_owned()));
        check(json!({ "key": 7 }), Err("The key must be a string.".to_owned()));
        check(json!({ "key": "a/" }), Err("The key must not end with a slash.".to_owned()));
    }
}
