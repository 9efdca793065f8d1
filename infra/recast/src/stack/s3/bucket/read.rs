use std::{fs::File, io::SeekFrom, ops::Range, sync::Arc};

use s3s::{
    S3Result,
    dto::{GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, StreamingBlob},
    s3_error,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::super::store::{Attributes, Condition, Object, internal, no_such_key};
use super::Bucket;

/// How much is read from the disk at once, in bytes.
const CHUNK: usize = 64 * 1024;

impl Bucket {
    pub(super) async fn get(&self, input: GetObjectInput) -> S3Result<GetObjectOutput> {
        refuse_versions(input.version_id.is_some() || input.part_number.is_some())?;
        let found = self.0.store.read(&input.key).map_err(internal)?;
        let (object, file) = found.ok_or_else(no_such_key)?;
        let condition = Condition {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        condition.check_read(&object)?;
        let range = input.range.map(|range| range.check(object.size)).transpose()?;
        let bytes = range.clone().unwrap_or(0..object.size);
        Ok(GetObjectOutput {
            content_length: Some((bytes.end - bytes.start).cast_signed()),
            content_range: range.map(|range| content_range(&range, object.size)),
            body: Some(stream(file, bytes).await.map_err(internal)?),
            ..described(&object)
        })
    }

    pub(super) fn head(&self, input: HeadObjectInput) -> S3Result<HeadObjectOutput> {
        let unknown = input.version_id.is_some() || input.part_number.is_some();
        refuse_versions(unknown || input.range.is_some())?;
        let object = self.find(&input.key)?;
        let condition = Condition {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        condition.check_read(&object)?;
        let output = described(&object);
        Ok(HeadObjectOutput {
            accept_ranges: output.accept_ranges,
            cache_control: output.cache_control,
            content_disposition: output.content_disposition,
            content_encoding: output.content_encoding,
            content_language: output.content_language,
            content_length: Some(object.size.cast_signed()),
            content_type: output.content_type,
            e_tag: output.e_tag,
            last_modified: output.last_modified,
            metadata: output.metadata,
            ..HeadObjectOutput::default()
        })
    }

    pub(super) fn find(&self, key: &str) -> S3Result<Arc<Object>> {
        self.0.store.get(key).ok_or_else(no_such_key)
    }
}

fn refuse_versions(asked: bool) -> S3Result<()> {
    if asked {
        Err(s3_error!(NotImplemented, "Versions, parts, and ranges of HEAD are not supported"))
    } else {
        Ok(())
    }
}

fn described(object: &Object) -> GetObjectOutput {
    let Attributes {
        content_type,
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        metadata,
    } = object.attributes.clone();
    GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        content_type: Some(content_type.unwrap_or_else(|| "binary/octet-stream".to_owned())),
        e_tag: Some(object.e_tag()),
        last_modified: Some(object.last_modified()),
        metadata,
        ..GetObjectOutput::default()
    }
}

fn content_range(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end - 1)
}

async fn stream(file: File, bytes: Range<u64>) -> std::io::Result<StreamingBlob> {
    let mut file = tokio::fs::File::from_std(file);
    file.seek(SeekFrom::Start(bytes.start)).await?;
    let reader = file.take(bytes.end - bytes.start);
    Ok(StreamingBlob::wrap(ReaderStream::with_capacity(reader, CHUNK)))
}
