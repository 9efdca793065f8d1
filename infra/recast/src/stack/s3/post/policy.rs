use std::time::SystemTime;

use s3s::{
    S3Error, S3Result, dto,
    post_policy::{PostPolicy, PostPolicyCondition},
    s3_error,
};

use super::form::Fields;

/// The sizes a file may have, in bytes, both included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Range {
    pub(super) min: u64,
    pub(super) max: u64,
}

/// The largest object that one request can make, in bytes.
const MAX_SIZE: u64 = 5 * 1024 * 1024 * 1024;

/// Checks the fields of a form against its policy and returns the sizes that the policy allows
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>).
pub(super) fn check(
    policy: &str,
    fields: &Fields,
    bucket: &str,
    now: SystemTime,
) -> S3Result<Range> {
    let policy = PostPolicy::from_base64(policy)
        .map_err(|error| s3_error!(InvalidPolicyDocument, "Invalid Policy: {error}"))?;
    if policy.expiration <= dto::Timestamp::from(now) {
        return Err(violated("Policy expired."));
    }
    let mut sizes = Range { min: 0, max: MAX_SIZE };
    for condition in &policy.conditions {
        match condition {
            PostPolicyCondition::Eq { field, value } => {
                let fits = actual(field, fields, bucket) == Some(value);
                require(fits, ["eq", field, value])?;
            }
            PostPolicyCondition::StartsWith { field, prefix } => {
                let actual = actual(field, fields, bucket);
                let fits = actual.is_some_and(|value| value.starts_with(prefix));
                require(fits, ["starts-with", field, prefix])?;
            }
            PostPolicyCondition::ContentLengthRange { min, max } => {
                sizes = Range { min: sizes.min.max(*min), max: sizes.max.min(*max) };
            }
        }
    }
    match fields.names().find(|name| !is_exempt(name) && !is_covered(name, &policy)) {
        Some(extra) => Err(violated(&format!("Extra input fields: {extra}"))),
        None => Ok(sizes),
    }
}

/// The bucket is the one that the request went to.
fn actual<'value>(field: &str, fields: &'value Fields, bucket: &'value str) -> Option<&'value str> {
    if field == "bucket" { Some(bucket) } else { fields.get(field) }
}

fn is_exempt(name: &str) -> bool {
    matches!(name, "policy" | "x-amz-signature") || name.starts_with("x-ignore-")
}

fn is_covered(name: &str, policy: &PostPolicy) -> bool {
    policy.conditions.iter().any(|condition| match condition {
        PostPolicyCondition::Eq { field, .. } | PostPolicyCondition::StartsWith { field, .. } => {
            field == name
        }
        PostPolicyCondition::ContentLengthRange { .. } => false,
    })
}

fn require(fits: bool, [operator, field, value]: [&str; 3]) -> S3Result<()> {
    if fits {
        return Ok(());
    }
    Err(violated(&format!("Policy Condition failed: [\"{operator}\", \"${field}\", \"{value}\"]")))
}

fn violated(how: &str) -> S3Error {
    s3_error!(AccessDenied, "Invalid according to Policy: {how}")
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    const CONDITIONS: &str = r#"{"bucket":"b"},["starts-with","$key","uploads/1/"],
        ["starts-with","$X-Amz-Meta-Note",""],["content-length-range",1,9]"#;

    fn check_fields(fields: &[(&str, &str)], now: &str) -> Result<Range, String> {
        let policy =
            format!(r#"{{"expiration":"2026-01-01T00:00:00Z","conditions":[{CONDITIONS}]}}"#);
        let checked = check(
            &STANDARD.encode(policy),
            &Fields::of(fields),
            "b",
            now.parse::<jiff::Timestamp>().unwrap().try_into().unwrap(),
        );
        checked.map_err(|error| error.message().unwrap().to_owned())
    }

    fn refused(how: &str) -> Result<Range, String> {
        Err(format!("Invalid according to Policy: {how}"))
    }

    #[test]
    fn form_that_fits_its_policy_passes() {
        let fields = [("key", "uploads/1/a"), ("x-amz-meta-note", "any"), ("x-ignore-me", "")];
        let checked = check_fields(&fields, "2025-12-31T23:59:59Z");
        assert_eq!(checked, Ok(Range { min: 1, max: 9 }));
    }

    #[test]
    fn policy_ends_at_its_expiration() {
        let fields = [("key", "uploads/1/a"), ("x-amz-meta-note", "")];
        assert_eq!(check_fields(&fields, "2026-01-01T00:00:00Z"), refused("Policy expired."));
    }

    #[test]
    fn violated_conditions_are_named() {
        let check = |fields: &[_]| check_fields(fields, "2025-01-01T00:00:00Z");
        assert_eq!(
            check(&[("key", "uploads/2/a"), ("x-amz-meta-note", "")]),
            refused(r#"Policy Condition failed: ["starts-with", "$key", "uploads/1/"]"#)
        );
        assert_eq!(
            check(&[("key", "uploads/1/a")]),
            refused(r#"Policy Condition failed: ["starts-with", "$x-amz-meta-note", ""]"#)
        );
        assert_eq!(
            check(&[("key", "uploads/1/a"), ("x-amz-meta-note", ""), ("acl", "private")]),
            refused("Extra input fields: acl")
        );
    }
}
