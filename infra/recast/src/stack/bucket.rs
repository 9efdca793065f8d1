use std::sync::Arc;

use aws::{Environment, MissingSetting};
use tokio_util::task::TaskTracker;

use super::invoker::Invoker;
use super::notify;
use super::options::Options;
use super::roles::Roles;
use super::s3::{CorsRule, S3Options};
use super::template::{self, Bucket};

/// Returns how the template's bucket is served; its events go to the function that the template names.
pub(crate) fn options(
    bucket: Bucket,
    options: &Options,
    roles: Roles,
    (base, invoker, running): (&Environment, &Invoker, &TaskTracker),
) -> Result<S3Options, MissingSetting> {
    Ok(S3Options {
        root: options.data.files(),
        bucket: bucket.name,
        account: Arc::new(roles),
        secret_key: base.settings.required("AWS_SECRET_ACCESS_KEY")?.to_owned(),
        cors: bucket.cors.into_iter().map(cors_rule).collect(),
        notify_prefix: bucket.prefix,
        on_created: notify::notify(
            invoker.clone(),
            bucket.function,
            options.delivery,
            running.clone(),
        ),
        clock: base.signing_clock.clone(),
    })
}

fn cors_rule(rule: template::CorsRule) -> CorsRule {
    CorsRule {
        allowed_origins: rule.allowed_origins,
        allowed_methods: rule.allowed_methods,
        allowed_headers: rule.allowed_headers,
        expose_headers: Vec::new(),
        max_age_seconds: Some(rule.max_age),
    }
}
