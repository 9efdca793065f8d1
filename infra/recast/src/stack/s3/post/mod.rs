//! Uploads by HTML forms: POST Object
//! (<https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>).
//!
//! `s3s` would hold the whole file in memory, knows no `${filename}`, and reads only one spelling
//! of a form. Here the fields before the file are read and judged, then the file streams to disk.

mod answer;
mod form;
mod policy;
mod signature;

use std::collections::HashMap;

use futures::StreamExt;
use http::{
    HeaderValue, Method, Request,
    header::{CONTENT_TYPE, HOST},
};
use s3s::{Body, HttpResponse, S3Result, s3_error};

use super::{
    access::Keys,
    bucket::{Bucket, Creation},
    store::{Attributes, Condition, Draft, Object},
};
use form::{Fields, Form};
use policy::Range;

pub(super) struct PostObject {
    bucket: Bucket,
    name: String,
    keys: Keys,
}

/// The longest key, in bytes.
const MAX_KEY: usize = 1024;

impl PostObject {
    pub(super) fn new(name: String, keys: Keys, bucket: Bucket) -> Self {
        Self { bucket, name, keys }
    }

    /// Returns whether a request is the upload of a form to the bucket.
    pub(super) fn accepts(&self, request: &Request<Body>) -> bool {
        let content_type = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let form = b"multipart/form-data";
        request.method() == Method::POST
            && request.uri().path().trim_matches('/') == self.name
            && content_type
                .and_then(|value| value.get(..form.len()))
                .is_some_and(|value| value.eq_ignore_ascii_case(form))
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> S3Result<HttpResponse> {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = host.unwrap_or("localhost").to_owned();
        let Form { fields, mut file } = Form::read(request).await?;
        let stored = self.store(&fields, &mut file).await;
        // A client that is still sending would not see the answer.
        while let Ok(Some(_)) = file.chunk().await {}
        answer::answer(&fields, &stored?, (&host, &self.name))
    }

    async fn store(&self, fields: &Fields, file: &mut multer::Field<'_>) -> S3Result<Object> {
        let key = fields.required("key")?;
        if key.len() > MAX_KEY {
            return Err(s3_error!(KeyTooLongError, "Your key is too long"));
        }
        let (policy, access_key) = signature::verify(&self.keys, fields)?;
        self.keys.allow(access_key, "s3:PutObject", &format!("{}/{key}", self.name))?;
        let sizes = policy::check(policy, fields, &self.name, self.bucket.now())?;
        let draft = self.receive(file, sizes).await?;
        let creation = Creation {
            event_name: "ObjectCreated:Post",
            key: key.to_owned(),
            e_tag: draft.e_tag(),
            draft,
            attributes: attributes(fields),
        };
        self.bucket.create(creation, &Condition::default())
    }

    async fn receive(&self, file: &mut multer::Field<'_>, sizes: Range) -> S3Result<Draft> {
        let mut size = 0;
        let body = file.map(|chunk| {
            let chunk = chunk.map_err(form::malformed)?;
            size += chunk.len() as u64;
            if size > sizes.max {
                return Err(s3_error!(
                    EntityTooLarge,
                    "Your proposed upload exceeds the maximum allowed size"
                ));
            }
            Ok(chunk)
        });
        let draft = self.bucket.write(body).await?;
        if draft.size < sizes.min {
            return Err(s3_error!(
                EntityTooSmall,
                "Your proposed upload is smaller than the minimum allowed size"
            ));
        }
        Ok(draft)
    }
}

fn attributes(fields: &Fields) -> Attributes {
    let field = |name| fields.get(name).map(str::to_owned);
    let metadata: HashMap<_, _> = fields.with_prefix("x-amz-meta-").collect();
    Attributes {
        content_type: field("content-type"),
        cache_control: field("cache-control"),
        content_disposition: field("content-disposition"),
        content_encoding: field("content-encoding"),
        content_language: field("content-language"),
        metadata: (!metadata.is_empty()).then_some(metadata),
    }
}
