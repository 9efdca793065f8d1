use serde::Deserialize;
use serde::de::Deserializer;

/// A statement of a policy, which allows actions on resources.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Statement {
    #[serde(rename = "Effect")]
    _effect: Allow,
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) action: Vec<String>,
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) resource: Vec<String>,
}

/// Nothing is denied in the template: what is not allowed is not.
#[derive(Clone, Debug, Deserialize)]
enum Allow {
    Allow,
}

impl Statement {
    pub(super) fn allows(&self, action: &str, resource: &str) -> bool {
        self.action.iter().any(|allowed| allowed == action)
            && self.resource.iter().any(|pattern| matches(pattern, resource))
    }
}

/// Returns whether a resource fits a pattern, in which `*` stands for anything.
fn matches(pattern: &str, resource: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == resource,
        Some((before, behind)) => resource.strip_prefix(before).is_some_and(|rest| {
            let starts = rest.char_indices().map(|(index, _)| index).chain([rest.len()]);
            starts.into_iter().any(|start| matches(behind, &rest[start..]))
        }),
    }
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(one) => vec![one],
        OneOrMore::More(more) => more,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_statement_names_is_allowed_and_nothing_else() {
        let statement: Statement = serde_json::from_value(json!({
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "arn:aws:s3:::bucket/tasks/*",
        }))
        .unwrap();
        let allows = |action: &str, key: &str| {
            statement.allows(action, &format!("arn:aws:s3:::bucket/{key}"))
        };
        assert!(allows("s3:GetObject", "tasks/a/1") && allows("s3:PutObject", "tasks/"));
        assert!(!allows("s3:GetObject", "uploads/a") && !allows("s3:DeleteObject", "tasks/a/1"));
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("a*c*", "abbcd") && matches("*", "") && matches("a", "a"));
        assert!(!matches("a*c", "abcd") && !matches("a", "ab"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let odd = json!({ "Effect": "Deny", "Action": "a", "Resource": "b" });
        assert!(serde_json::from_value::<Statement>(odd).is_err());
        let odd = json!({ "Effect": "Allow", "Action": "a", "Resource": "b", "Condition": {} });
        assert!(serde_json::from_value::<Statement>(odd).is_err());
    }
}
