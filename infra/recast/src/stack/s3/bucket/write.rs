use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use http::HeaderMap;
use s3s::{
    S3Error, S3ErrorCode, S3Request, S3Result, TrailingHeaders,
    dto::{
        DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput,
        DeletedObject, ObjectIdentifier, PutObjectInput, PutObjectOutput, StreamingBlob,
    },
    s3_error,
};

use super::super::store::{Attributes, Condition, Draft, internal};
use super::{Bucket, Creation, checksums::Checksums};

impl Bucket {
    pub(super) async fn put(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<PutObjectOutput> {
        let S3Request { input, headers, trailing_headers, .. } = request;
        let when = Condition {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            ..Condition::default()
        };
        when.check_write(self.0.store.get(&input.key).as_deref())?;
        let draft = self.receive(input.body, &headers, trailing_headers).await?;
        let creation = Creation {
            event_name: "ObjectCreated:Put",
            key: input.key,
            e_tag: draft.e_tag(),
            draft,
            attributes: attributes!(input),
        };
        let object = self.create(creation, &when)?;
        Ok(PutObjectOutput { e_tag: Some(object.e_tag()), ..PutObjectOutput::default() })
    }

    /// Writes the body of a request and compares it with the checksums that came with it.
    pub(super) async fn receive(
        &self,
        body: Option<StreamingBlob>,
        headers: &HeaderMap,
        trailers: Option<TrailingHeaders>,
    ) -> S3Result<Draft> {
        let mut checksums = Checksums::new(headers);
        let body = stream::iter(body).flatten().map_err(broken_off);
        let body = body.inspect_ok(|chunk| checksums.update(chunk));
        let draft = self.write(body).await?;
        let trailers = trailers.and_then(|trailers| trailers.take()).unwrap_or_default();
        checksums.check(&draft, headers, &trailers)?;
        Ok(draft)
    }

    /// Writes the bytes of an object to come.
    pub(in super::super) async fn write(
        &self,
        body: impl Stream<Item = S3Result<Bytes>>,
    ) -> S3Result<Draft> {
        self.0.store.blobs().write(body).await
    }

    pub(super) fn delete(&self, input: DeleteObjectInput) -> S3Result<DeleteObjectOutput> {
        let conditional = input.if_match.is_some()
            || input.if_match_size.is_some()
            || input.if_match_last_modified_time.is_some();
        if conditional || input.version_id.is_some() {
            return Err(unconditional());
        }
        self.0.store.remove(&input.key).map_err(internal)?;
        Ok(DeleteObjectOutput::default())
    }

    pub(super) fn delete_many(&self, input: DeleteObjectsInput) -> S3Result<DeleteObjectsOutput> {
        let conditional = |object: &ObjectIdentifier| {
            object.e_tag.is_some()
                || object.size.is_some()
                || object.last_modified_time.is_some()
                || object.version_id.is_some()
        };
        if input.delete.objects.iter().any(conditional) {
            return Err(unconditional());
        }
        let mut deleted = Vec::new();
        for object in input.delete.objects {
            self.0.store.remove(&object.key).map_err(internal)?;
            deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() });
        }
        let quiet = input.delete.quiet.unwrap_or_default();
        Ok(DeleteObjectsOutput {
            deleted: (!quiet).then_some(deleted),
            ..DeleteObjectsOutput::default()
        })
    }
}

fn unconditional() -> S3Error {
    s3_error!(NotImplemented, "Conditional and versioned deletes are not supported")
}

fn broken_off(error: s3s::StdError) -> S3Error {
    S3Error::with_source(S3ErrorCode::IncompleteBody, error)
}
