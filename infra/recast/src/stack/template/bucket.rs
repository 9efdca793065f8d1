use serde::Deserialize;

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
        Ok(Bucket {
            name: text(bucket, "BucketName")?,
            cors: serde_json::from_value(cors).map_err(|_| malformed("CorsRules"))?,
            prefix: text(&notification["Filter"]["S3Key"]["Rules"][0], "Value")?,
            function: binary(&text(notification, "Function")?)?,
        })
    }
}
