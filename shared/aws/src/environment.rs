use std::time::Duration;

use ambient::{Clock, Entropy};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::{MissingSetting, Settings, http_client};

/// What a function is given when its instance starts.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its settings.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// The time that AWS goes by: what is signed is signed by it, even where [`Self::clock`] was moved.
    pub signing_clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Where every call to AWS passes.
    pub http: SharedHttpClient,
}

/// The services that functions call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `AWS_ENDPOINT_URL_DYNAMODB`
    DynamoDb,
    /// `AWS_ENDPOINT_URL_LAMBDA`
    Lambda,
    /// `AWS_ENDPOINT_URL_S3`
    S3,
    /// `AWS_ENDPOINT_URL_SFN`
    StepFunctions,
}

impl Environment {
    /// Takes everything from the process; for `main.rs` alone.
    #[must_use]
    pub fn from_process() -> Self {
        let settings = Settings::from_env();
        let clock = Clock::system();
        Self {
            settings,
            signing_clock: clock.clone(),
            clock,
            entropy: Entropy,
            http: http_client(),
        }
    }

    /// Returns the configuration for one service's client.
    ///
    /// Credentials come from the environment, where Lambda puts those of the function's role: they
    /// live as long as the instance, so nothing refreshes them.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when the region or the credentials are not in the environment.
    pub fn sdk_config(&self, service: Service) -> Result<SdkConfig, MissingSetting> {
        let credentials = SharedCredentialsProvider::new(self.credentials()?);
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region()?.to_owned()))
            .credentials_provider(credentials)
            .http_client(self.http.clone())
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .retry_config(retry(service));
        config.set_endpoint_url(self.endpoint(service).map(ToOwned::to_owned));
        Ok(config.build())
    }

    /// Returns the region.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when there is none.
    pub fn region(&self) -> Result<&str, MissingSetting> {
        self.settings.required("AWS_REGION")
    }

    /// Returns the credentials.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when there are none.
    pub fn credentials(&self) -> Result<Credentials, MissingSetting> {
        let key = self.settings.required("AWS_ACCESS_KEY_ID")?;
        let secret = self.settings.required("AWS_SECRET_ACCESS_KEY")?;
        let token = self.settings.optional("AWS_SESSION_TOKEN").map(ToOwned::to_owned);
        Ok(Credentials::new(key, secret, token, None, "environment"))
    }

    /// Returns where a service is, when it is not where AWS has it.
    #[must_use]
    pub fn endpoint(&self, service: Service) -> Option<&str> {
        let name = match service {
            Service::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Service::Lambda => "AWS_ENDPOINT_URL_LAMBDA",
            Service::S3 => "AWS_ENDPOINT_URL_S3",
            Service::StepFunctions => "AWS_ENDPOINT_URL_SFN",
        };
        self.settings.optional(name).or_else(|| self.settings.optional("AWS_ENDPOINT_URL"))
    }
}

/// A throttled table recovers in tens of milliseconds, as AWS's other SDKs assume for DynamoDB; a
/// second, the default, would be most of what a waiting client has.
fn retry(service: Service) -> RetryConfig {
    let backoff = match service {
        Service::DynamoDb => Duration::from_millis(50),
        Service::S3 | Service::StepFunctions => Duration::from_millis(200),
        // Who has a function do something is tried again as a whole, by a state machine.
        Service::Lambda => return RetryConfig::disabled(),
    };
    RetryConfig::standard().with_max_attempts(4).with_initial_backoff(backoff)
}
