use s3s::{
    S3Result,
    dto::{ETagCondition, Timestamp},
    s3_error,
};

use super::Object;

/// The preconditions of a request, RFC 9110, section 13.
#[derive(Default)]
pub(crate) struct Condition {
    pub(crate) if_match: Option<ETagCondition>,
    pub(crate) if_none_match: Option<ETagCondition>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

impl Condition {
    /// Checks whether an object may be read: 412 or 304, If-Match and If-None-Match before dates.
    pub(crate) fn check_read(&self, object: &Object) -> S3Result<()> {
        let unchanged = |since: &Timestamp| whole_seconds(object) <= *since;
        let fits = match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) => matches(condition, object),
            (None, Some(since)) => unchanged(since),
            (None, None) => true,
        };
        let fresh = match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) => matches(condition, object),
            (None, Some(since)) => unchanged(since),
            (None, None) => false,
        };
        match (fits, fresh) {
            (false, _) => Err(precondition_failed()),
            (true, true) => Err(s3_error!(NotModified)),
            (true, false) => Ok(()),
        }
    }

    /// Checks whether the object of a key may be replaced: 412, or 404 when If-Match finds none.
    pub(crate) fn check_write(&self, object: Option<&Object>) -> S3Result<()> {
        match (&self.if_match, object) {
            (Some(_), None) => return Err(no_such_key()),
            (Some(condition), Some(object)) if !matches(condition, object) => {
                return Err(precondition_failed());
            }
            (Some(_) | None, _) => {}
        }
        match (&self.if_none_match, object) {
            (Some(ETagCondition::Any), Some(_)) => Err(precondition_failed()),
            (Some(ETagCondition::ETag(_)), _) => {
                Err(s3_error!(NotImplemented, "If-None-Match of a write must be *"))
            }
            (Some(ETagCondition::Any), None) | (None, _) => Ok(()),
        }
    }
}

pub(crate) fn no_such_key() -> s3s::S3Error {
    s3_error!(NoSuchKey, "The specified key does not exist.")
}

pub(crate) fn precondition_failed() -> s3s::S3Error {
    let message = "At least one of the pre-conditions you specified did not hold";
    s3_error!(PreconditionFailed, "{message}")
}

fn matches(condition: &ETagCondition, object: &Object) -> bool {
    match condition {
        ETagCondition::Any => true,
        ETagCondition::ETag(e_tag) => e_tag.value() == object.e_tag,
    }
}

/// Headers carry whole seconds, so the fraction would make an object newer than itself.
fn whole_seconds(object: &Object) -> Timestamp {
    let since = object.modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    (std::time::UNIX_EPOCH + std::time::Duration::from_secs(since.as_secs())).into()
}
