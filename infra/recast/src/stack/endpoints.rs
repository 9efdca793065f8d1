use std::collections::BTreeMap;
use std::path::PathBuf;

use ambient::{Clock, Entropy};
use aws::{Environment, MissingSetting, Settings};
use serde::{Deserialize, Serialize};

/// Where a running stack is reached, as `endpoints.json` says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Endpoints {
    /// The base address of the API.
    pub api: String,
    /// The base address of the synchronous API.
    pub sync: String,
    /// The key of the owner.
    pub api_key: String,
    /// The scheme, host and port under which the gateway speaks TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
    /// The file of the certificate that clients have to trust for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// What is AWS to the stack.
    pub aws: AwsEndpoints,
}

/// Where the table, the bucket, the state machines and the functions are reached, and what they are called.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AwsEndpoints {
    /// The region.
    pub region: String,
    /// The key that calls are signed with.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The address of DynamoDB.
    pub dynamodb: String,
    /// The address of S3.
    pub s3: String,
    /// The address of Step Functions.
    pub stepfunctions: String,
    /// The address of Lambda.
    pub lambda: String,
    /// The settings that all functions share: `RECAST_TABLE` and its like.
    pub settings: BTreeMap<String, String>,
}

impl AwsEndpoints {
    /// Takes them from what the platform gives every function and what the template does.
    pub(crate) fn new(
        platform: &Settings,
        settings: BTreeMap<String, String>,
    ) -> Result<Self, MissingSetting> {
        let text = |name| platform.required(name).map(ToOwned::to_owned);
        Ok(Self {
            region: text("AWS_REGION")?,
            access_key_id: text("AWS_ACCESS_KEY_ID")?,
            secret_access_key: text("AWS_SECRET_ACCESS_KEY")?,
            dynamodb: text("AWS_ENDPOINT_URL_DYNAMODB")?,
            s3: text("AWS_ENDPOINT_URL_S3")?,
            stepfunctions: text("AWS_ENDPOINT_URL_SFN")?,
            lambda: text("AWS_ENDPOINT_URL_LAMBDA")?,
            settings,
        })
    }

    /// Returns what a function would be given, with the machine's own time.
    #[must_use]
    pub fn environment(&self) -> Environment {
        let clock = Clock::system();
        Environment {
            settings: self.variables().into_iter().collect(),
            signing_clock: clock.clone(),
            clock,
            entropy: Entropy,
            http: aws::http_client(),
        }
    }

    /// Returns the variables that every function is given.
    #[must_use]
    pub fn variables(&self) -> BTreeMap<String, String> {
        let platform = [
            ("AWS_REGION", &self.region),
            ("AWS_ACCESS_KEY_ID", &self.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &self.secret_access_key),
            ("AWS_ENDPOINT_URL_DYNAMODB", &self.dynamodb),
            ("AWS_ENDPOINT_URL_S3", &self.s3),
            ("AWS_ENDPOINT_URL_SFN", &self.stepfunctions),
            ("AWS_ENDPOINT_URL_LAMBDA", &self.lambda),
        ];
        let platform = platform.map(|(name, value)| (name.to_owned(), value.clone()));
        self.settings.clone().into_iter().chain(platform).collect()
    }
}
