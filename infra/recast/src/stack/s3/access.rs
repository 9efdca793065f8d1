use s3s::{
    S3Error, S3Result,
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
    s3_error,
};

/// The one pair of keys that may sign requests.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) access_key: String,
    pub(super) secret_key: String,
}

/// Lets signed requests to the one bucket pass.
pub(super) struct OneBucket(pub(super) String);

impl Keys {
    /// Returns the secret that belongs to an access key.
    pub(super) fn secret(&self, access_key: &str) -> S3Result<&str> {
        if access_key == self.access_key { Ok(&self.secret_key) } else { Err(unknown_key()) }
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
        if context.credentials().is_none() {
            return Err(anonymous());
        }
        match context.s3_path().get_bucket_name() {
            Some(name) if name != self.0 => Err(no_such_bucket()),
            Some(_) | None => Ok(()),
        }
    }
}

pub(super) fn anonymous() -> S3Error {
    s3_error!(AccessDenied, "Access Denied")
}

pub(super) fn no_such_bucket() -> S3Error {
    s3_error!(NoSuchBucket, "The specified bucket does not exist")
}

fn unknown_key() -> S3Error {
    let message = "The AWS Access Key Id you provided does not exist in our records.";
    s3_error!(InvalidAccessKeyId, "{message}")
}
