//! The bucket: uploads, results, and what is too large or too secret for a row.
//!
//! This is the only room that knows S3. Bytes never pass the API: clients post to a form that is
//! signed here and read from links that are signed here. Every read of a file is bound to the ETag
//! that its task recorded, and transfers stream with memory that does not grow with the file.

mod announcement;
mod copy;
mod delete;
mod error;
mod form;
mod key;
mod link;
mod list;
mod payload;
mod ping;
mod read;
mod upload;
mod write;

use std::sync::{Arc, OnceLock};

use ambient::Clock;
use aws::{Environment, MissingSetting, Service};
use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Config;

pub use error::{FilesError, TransferError};
pub use form::Form;
pub use key::{UPLOADS, result_key, upload_task};
pub use link::content_type;
pub use upload::Uploaded;

/// The largest file that one request may carry into S3: 5 GiB.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html>
pub const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

/// The bucket.
#[derive(Clone, Debug)]
pub struct Files {
    bucket: String,
    region: String,
    credentials: Credentials,
    endpoint: Option<String>,
    signing_clock: Clock,
    config: Config,
    client: Arc<OnceLock<Client>>,
}

impl Files {
    /// Names the bucket that `RECAST_BUCKET` does.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when a setting is not there.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let endpoint = environment.endpoint(Service::S3).map(ToOwned::to_owned);
        let config = aws_sdk_s3::config::Builder::from(&environment.sdk_config(Service::S3)?);
        Ok(Self {
            bucket: environment.settings.required("RECAST_BUCKET")?.to_owned(),
            region: environment.region()?.to_owned(),
            credentials: environment.credentials()?,
            // A stand-in has no name of its own for each bucket.
            config: config.force_path_style(endpoint.is_some()).build(),
            endpoint,
            signing_clock: environment.signing_clock.clone(),
            client: Arc::default(),
        })
    }

    /// Builds the client when it is first needed: most of what the API's functions do needs none.
    fn client(&self) -> &Client {
        self.client.get_or_init(|| Client::from_conf(self.config.clone()))
    }
}
