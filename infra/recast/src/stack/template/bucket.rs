use serde::Deserialize;
use serde_json::Value;

use super::{Template, TemplateError, binary, malformed, text};

/// The bucket and what it does by itself.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its CORS rules, as CloudFormation writes them.
    pub cors: Vec<CorsRule>,
    /// The prefix of the keys that it notifies of.
    pub prefix: String,
    /// The function that it notifies.
    pub function: String,
    /// After how many days an object is deleted.
    pub object_days: u64,
    /// After how many days an upload in parts is given up.
    pub upload_days: u64,
}

/// A rule by which browsers may read and post.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CorsRule {
    /// The origins that may.
    pub allowed_origins: Vec<String>,
    /// What they may do.
    pub allowed_methods: Vec<String>,
    /// The headers that they may send.
    pub allowed_headers: Vec<String>,
    /// How long, in seconds, they may remember it.
    pub max_age: u32,
}

impl Template {
    /// Returns the bucket.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] when it lacks a part.
    pub fn bucket(&self) -> Result<Bucket, TemplateError> {
        let bucket = self.of_type("AWS::S3::Bucket").next().ok_or_else(|| malformed("bucket"))?;
        let notification = &bucket["NotificationConfiguration"]["LambdaConfigurations"][0];
        let cors = bucket["CorsConfiguration"]["CorsRules"].clone();
        let rules = &bucket["LifecycleConfiguration"]["Rules"];
        let days = |of: &dyn Fn(&Value) -> Option<u64>| {
            rules.as_array().into_iter().flatten().find_map(of).ok_or_else(|| malformed("Rules"))
        };
        Ok(Bucket {
            object_days: days(&|rule| rule["ExpirationInDays"].as_u64())?,
            upload_days: days(&|rule| {
                rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"].as_u64()
            })?,
            name: text(bucket, "BucketName")?,
            cors: serde_json::from_value(cors).map_err(|_| malformed("CorsRules"))?,
            prefix: text(&notification["Filter"]["S3Key"]["Rules"][0], "Value")?,
            function: binary(&text(notification, "Function")?)?,
        })
    }
}
