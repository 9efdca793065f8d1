use std::io;

use s3s::{
    S3ErrorCode, S3Request, S3Result,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
        CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput,
        CreateMultipartUploadOutput, ETag, UploadPartInput, UploadPartOutput,
    },
    s3_error,
};

use super::super::store::{
    Attributes, Condition, Draft, Object, PartName, internal, multipart_e_tag,
};
use super::{Bucket, Creation};

impl Bucket {
    pub(super) fn create_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> CreateMultipartUploadOutput {
        let id = self.0.uploads.create(input.key.clone(), attributes!(input));
        CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            ..CreateMultipartUploadOutput::default()
        }
    }

    pub(super) async fn put_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
        let S3Request { input, headers, trailing_headers, .. } = request;
        let part = self.receive(input.body, &headers, trailing_headers).await?;
        let e_tag = ETag::Strong(part.e_tag());
        self.0.uploads.put_part((&input.upload_id, &input.key), input.part_number, part)?;
        Ok(UploadPartOutput { e_tag: Some(e_tag), ..UploadPartOutput::default() })
    }

    pub(super) async fn complete_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let when = Condition {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            ..Condition::default()
        };
        let names = part_names(input.multipart_upload.and_then(|upload| upload.parts))?;
        let e_tag = multipart_e_tag(&names).ok_or_else(|| s3_error!(InvalidPart))?;
        let id = (&*input.upload_id, &*input.key);
        match self.0.uploads.take(id, &names) {
            Ok((parts, attributes)) => {
                let key = input.key.clone();
                let e_tag = e_tag.clone();
                let event_name = "ObjectCreated:CompleteMultipartUpload";
                let create = move |draft| Creation { event_name, key, draft, e_tag, attributes };
                self.join(parts, create, when).await?;
            }
            Err(error) if !self.is_repeated(error.code(), &input.key, &e_tag) => return Err(error),
            Err(_) => {}
        }
        Ok(CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(e_tag)),
            ..CompleteMultipartUploadOutput::default()
        })
    }

    pub(super) fn abort_upload(
        &self,
        input: &AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        self.0.uploads.abort((&input.upload_id, &input.key))?;
        Ok(AbortMultipartUploadOutput::default())
    }

    /// Makes parts an object, to the end even if the client has gone.
    async fn join(
        &self,
        parts: Vec<Draft>,
        create: impl FnOnce(Draft) -> Creation + Send + 'static,
        when: Condition,
    ) -> S3Result<Object> {
        let bucket = self.clone();
        let joining = tokio::task::spawn_blocking(move || {
            let draft = bucket.0.store.blobs().join(&parts).map_err(internal)?;
            bucket.create(create(draft), &when)
        });
        joining.await.map_err(|error| internal(io::Error::other(error)))?
    }

    /// A client that missed the answer completes again, and S3 answers it again.
    fn is_repeated(&self, code: &S3ErrorCode, key: &str, e_tag: &str) -> bool {
        let completed = || self.0.store.get(key).is_some_and(|object| object.e_tag == e_tag);
        *code == S3ErrorCode::NoSuchUpload && completed()
    }
}

fn part_names(parts: Option<Vec<CompletedPart>>) -> S3Result<Vec<PartName>> {
    let name = |part: CompletedPart| Some((part.part_number?, part.e_tag?.into_value()));
    let names = parts.unwrap_or_default().into_iter().map(name).collect::<Option<_>>();
    names.ok_or_else(|| s3_error!(MalformedXML, "A part needs a PartNumber and an ETag"))
}
