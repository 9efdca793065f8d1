//! A stack in AWS, by its name: what `infra/template.yaml` makes of it.

use std::collections::BTreeMap;

use aws::{Environment, MissingSetting};

use crate::stack::template::{TemplateError, shared_settings};

/// What a stack is made of cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeployedError {
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// Returns what a function of the stack would be given, but for its own settings and for values of
/// parameters.
pub(crate) fn environment(
    stack: &str,
    account: Option<&str>,
    process: Environment,
) -> Result<Environment, DeployedError> {
    let account = account.map_or_else(|| process.settings.required("RECAST_ACCOUNT"), Ok)?;
    let settings = shared_settings(&pseudo(stack, account, process.region()?))?;
    Ok(Environment { settings: process.settings.with(settings), ..process })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
fn pseudo(stack: &str, account: &str, region: &str) -> BTreeMap<String, String> {
    let all = [
        ("AWS::StackName", stack),
        ("AWS::AccountId", account),
        ("AWS::Region", region),
        ("AWS::Partition", partition(region)),
    ];
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use ambient::{Clock, Entropy};
    use settle::Settler;

    use super::*;

    const SET: [(&str, &str); 4] = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("RECAST_ACCOUNT", "123456789012"),
    ];

    fn process(settings: &[(&str, &str)]) -> Environment {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment {
            settings: settings.iter().map(own).collect(),
            clock: Clock::system(),
            signing_clock: Clock::system(),
            entropy: Entropy,
            http: aws::http_client(),
        }
    }

    #[test]
    fn settings_are_those_of_the_template() {
        let environment = environment("convert", None, process(&SET)).unwrap();
        let setting = |name| environment.settings.required(name).unwrap();
        assert_eq!(setting("RECAST_TABLE"), "convert");
        assert_eq!(setting("RECAST_BUCKET"), "convert-123456789012-eu-central-1");
        let machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:convert-task";
        assert_eq!(setting("RECAST_TASK_MACHINE"), machine);
        assert!(Settler::new(&environment).is_ok());
    }

    #[test]
    fn an_account_that_is_given_wins_over_the_environments() {
        let environment = environment("convert", Some("2"), process(&SET)).unwrap();
        assert_eq!(environment.settings.required("RECAST_BUCKET"), Ok("convert-2-eu-central-1"));
    }

    #[test]
    fn what_the_environment_lacks_is_named() {
        let missing = |settings| environment("convert", None, process(settings)).unwrap_err();
        assert!(missing(&SET[..3]).to_string().contains("RECAST_ACCOUNT"));
        assert!(missing(&SET[1..]).to_string().contains("AWS_REGION"));
    }

    #[test]
    fn regions_of_other_partitions_are_known_by_their_names() {
        for (region, expect) in
            [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")]
        {
            assert_eq!(partition(region), expect);
        }
    }
}
