//! A stack in AWS, by its name: what `infra/template.yaml` makes of it.

use aws::{Environment, MissingSetting};

/// Returns what a function of the stack would be given, but for its own settings.
pub(crate) fn environment(
    stack: &str,
    account: Option<&str>,
    process: Environment,
) -> Result<Environment, MissingSetting> {
    let account = account.map_or_else(|| process.settings.required("RECAST_ACCOUNT"), Ok)?;
    let names = names(stack, account, process.region()?);
    let names = names.map(|(name, value)| (name.to_owned(), value));
    Ok(Environment { settings: process.settings.with(names), ..process })
}

fn names(stack: &str, account: &str, region: &str) -> [(&'static str, String); 4] {
    let partition = partition(region);
    [
        ("RECAST_TABLE", stack.to_owned()),
        ("RECAST_BUCKET", format!("{stack}-{account}-{region}")),
        (
            "RECAST_TASK_MACHINE",
            format!("arn:{partition}:states:{region}:{account}:stateMachine:{stack}-task"),
        ),
        ("RECAST_RUNNER", format!("{stack}-run-task")),
    ]
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
    use std::collections::BTreeMap;

    use ambient::{Clock, Entropy};

    use super::*;
    use crate::stack::names::{ACCOUNT, REGION, STACK};
    use crate::stack::template::Template;

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
    fn names_are_those_of_the_template() {
        let template = Template::read(&BTreeMap::new()).unwrap();
        let variables = template.functions().unwrap().remove(0).variables;
        for (name, value) in names(STACK, ACCOUNT, REGION) {
            assert_eq!(variables.get(name), Some(&value), "{name}");
        }
    }

    #[test]
    fn the_account_is_given_or_in_the_environment() {
        let bucket = |account, process| {
            let environment = environment("recast", account, process)?;
            Ok(environment.settings.required("RECAST_BUCKET")?.to_owned())
        };
        let region = ("AWS_REGION", "eu-central-1");
        let set = ("RECAST_ACCOUNT", "123456789012");
        let expect = |account| Ok(format!("recast-{account}-eu-central-1"));
        assert_eq!(bucket(None, process(&[region, set])), expect("123456789012"));
        assert_eq!(bucket(Some("2"), process(&[region, set])), expect("2"));
        assert_eq!(bucket(None, process(&[region])), Err(MissingSetting("RECAST_ACCOUNT")));
        assert_eq!(bucket(None, process(&[set])), Err(MissingSetting("AWS_REGION")));
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
