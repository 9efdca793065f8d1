use std::sync::Arc;

use percent_encoding::percent_decode_str;
use s3s::{
    S3Error, S3Request, S3Result,
    access::{S3Access, S3AccessContext},
    auth::{Credentials, S3Auth, SecretKey},
    dto::DeleteObjectsInput,
    s3_error,
};

use super::Account;

/// Who may sign requests, and for what.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) account: Arc<dyn Account>,
    pub(super) secret_key: String,
}

/// Lets signed requests to the one bucket pass, when who has signed them may do that.
pub(super) struct OneBucket {
    pub(super) name: String,
    pub(super) keys: Keys,
}

impl Keys {
    /// Returns the secret that belongs to an access key.
    pub(super) fn secret(&self, access_key: &str) -> S3Result<&str> {
        if self.account.knows(access_key) { Ok(&self.secret_key) } else { Err(unknown_key()) }
    }

    /// Refuses what the owner of an access key may not do with a bucket or, behind a slash, an object.
    pub(super) fn allow(&self, access_key: &str, action: &str, resource: &str) -> S3Result<()> {
        let resource = format!("arn:aws:s3:::{resource}");
        if self.account.allows(access_key, action, &resource) { Ok(()) } else { Err(denied()) }
    }
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        self.secret(access_key).map(SecretKey::from)
    }
}

#[async_trait::async_trait]
impl S3Access for OneBucket {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(Credentials { access_key, .. }) = context.credentials() else {
            return Err(denied());
        };
        let (bucket, key) = match context.s3_path().as_object() {
            Some((bucket, key)) => (Some(bucket), Some(key)),
            None => (context.s3_path().get_bucket_name(), None),
        };
        let Some(bucket) = bucket else { return Ok(()) };
        if bucket != self.name {
            return Err(no_such_bucket());
        }
        if context.s3_op().name() == "CopyObject" {
            let from = context.headers().get("x-amz-copy-source").and_then(|it| it.to_str().ok());
            let from = percent_decode_str(from.unwrap_or_default()).decode_utf8_lossy();
            self.keys.allow(access_key, "s3:GetObject", from.trim_start_matches('/'))?;
        }
        let resource = key.map_or(bucket.to_owned(), |key| format!("{bucket}/{key}"));
        match action(context.s3_op().name()) {
            Some(action) => self.keys.allow(access_key, action, &resource),
            None => Ok(()),
        }
    }

    /// The objects are named in the body.
    async fn delete_objects(&self, request: &mut S3Request<DeleteObjectsInput>) -> S3Result<()> {
        let access_key = request.credentials.as_ref().map(|it| it.access_key.as_str());
        let (access_key, input) = (access_key.unwrap_or_default(), &request.input);
        input.delete.objects.iter().try_for_each(|object| {
            let resource = format!("{}/{}", input.bucket, object.key);
            self.keys.allow(access_key, "s3:DeleteObject", &resource)
        })
    }
}

/// Returns what an operation needs to be allowed, besides what [`S3Access`] asks for it
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>).
fn action(operation: &str) -> Option<&'static str> {
    match operation {
        "AbortMultipartUpload" => Some("s3:AbortMultipartUpload"),
        "DeleteObject" => Some("s3:DeleteObject"),
        "DeleteObjects" => None,
        "GetObject" | "HeadObject" => Some("s3:GetObject"),
        "HeadBucket" | "ListObjects" | "ListObjectsV2" => Some("s3:ListBucket"),
        "ListParts" => Some("s3:ListMultipartUploadParts"),
        "CompleteMultipartUpload"
        | "CopyObject"
        | "CreateMultipartUpload"
        | "PutObject"
        | "UploadPart" => Some("s3:PutObject"),
        // Whoever is not the account itself is not allowed it.
        _ => Some("s3:*"),
    }
}

pub(super) fn denied() -> S3Error {
    s3_error!(AccessDenied, "Access Denied")
}

pub(super) fn no_such_bucket() -> S3Error {
    s3_error!(NoSuchBucket, "The specified bucket does not exist")
}

fn unknown_key() -> S3Error {
    let message = "The AWS Access Key Id you provided does not exist in our records.";
    s3_error!(InvalidAccessKeyId, "{message}")
}
