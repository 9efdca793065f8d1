use s3s::{
    S3Result,
    dto::{CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, MetadataDirective},
    s3_error,
};

use super::super::access::no_such_bucket;
use super::super::store::{Attributes, Condition, internal, no_such_key, precondition_failed};
use super::{Bucket, Creation};

impl Bucket {
    pub(super) fn copy(&self, input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
        let CopySource::Bucket { bucket, key, version_id: None } = &input.copy_source else {
            return Err(s3_error!(NotImplemented, "Only objects of this bucket can be copied"));
        };
        if **bucket != *self.0.name {
            return Err(no_such_bucket());
        }
        let copied = self.0.store.copy(key).map_err(internal)?;
        let (source, draft) = copied.ok_or_else(no_such_key)?;
        let condition = Condition {
            if_match: input.copy_source_if_match,
            if_none_match: input.copy_source_if_none_match,
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        condition.check_read(&source).map_err(|_| precondition_failed())?;
        let directive = input.metadata_directive.as_ref().map(MetadataDirective::as_str);
        let replace = directive == Some(MetadataDirective::REPLACE);
        let creation = Creation {
            event_name: "ObjectCreated:Copy",
            key: input.key,
            draft,
            e_tag: source.e_tag.clone(),
            attributes: if replace { attributes!(input) } else { source.attributes.clone() },
        };
        let object = self.create(creation, &Condition::default())?;
        let result = CopyObjectResult {
            e_tag: Some(object.e_tag()),
            last_modified: Some(object.last_modified()),
            ..CopyObjectResult::default()
        };
        Ok(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() })
    }
}
