use s3s::{
    S3Result,
    dto::{ListObjectsV2Input, ListObjectsV2Output, Object},
    s3_error,
};

use super::super::store;
use super::Bucket;

/// The most keys on a page.
const MAX_KEYS: i32 = 1000;

impl Bucket {
    /// Answers a page of keys; its continuation token is the last of them.
    pub(super) fn list(&self, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
        if input.delimiter.is_some() {
            return Err(s3_error!(NotImplemented, "A delimiter is not supported"));
        }
        let max_keys = input.max_keys.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS);
        let limit = max_keys.unsigned_abs() as usize;
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let after = input.continuation_token.as_deref().or(input.start_after.as_deref());
        let mut page = self.0.store.list(prefix, after.unwrap_or_default(), limit + 1);
        let truncated = limit > 0 && page.len() > limit;
        page.truncate(limit);
        let last = page.last().filter(|_| truncated).map(|object| object.key.clone());
        Ok(ListObjectsV2Output {
            name: Some(input.bucket),
            key_count: i32::try_from(page.len()).ok(),
            max_keys: Some(max_keys),
            is_truncated: Some(truncated),
            next_continuation_token: last,
            contents: Some(page.iter().map(|object| listed(object)).collect()),
            prefix: input.prefix,
            continuation_token: input.continuation_token,
            start_after: input.start_after,
            ..ListObjectsV2Output::default()
        })
    }
}

fn listed(object: &store::Object) -> Object {
    Object {
        key: Some(object.key.clone()),
        size: Some(object.size.cast_signed()),
        e_tag: Some(object.e_tag()),
        last_modified: Some(object.last_modified()),
        ..Object::default()
    }
}
