use clap::{Args, Subcommand};
use domain::{KeyId, OwnerId};
use store::Scope;

use super::expiry::Expiry;
use crate::cli::place::Place;

#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Makes a key, which is shown this once.
    Create(Create),
    /// Lists the keys of an owner.
    List(List),
    /// Makes a key good for nothing, within a minute.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// What the key may do, everything unless given; may be repeated.
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    pub(crate) scopes: Vec<Scope>,
    /// When it ends to be good: in 90d or 12h, or at 2030-01-01T00:00:00Z.
    #[arg(long, value_name = "DURATION|TIMESTAMP")]
    pub(crate) expires: Option<Expiry>,
    /// Writes JSON, for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// Writes JSON, for scripts.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The key's id, as it was shown with the key and is listed.
    #[arg(value_parser = id)]
    pub(crate) id: KeyId,
    #[command(flatten)]
    pub(crate) whose: Whose,
}

#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// Whose keys they are: jobs, tasks and webhooks are an owner's, whatever the key.
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = owner)]
    pub(crate) owner: OwnerId,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Reads the name of an owner.
pub(crate) fn owner(text: &str) -> Result<OwnerId, String> {
    let owner = OwnerId::parse(text);
    owner.map_err(|_| "an owner's name has 1 to 128 visible ASCII characters".to_owned())
}

fn id(text: &str) -> Result<KeyId, String> {
    text.parse().map_err(|_| "an id has 16 hexadecimal digits; `recast keys list` shows it".into())
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = Scope::ALL.map(Scope::name).join(", ");
    let scope = Scope::ALL.into_iter().find(|scope| scope.name() == text);
    scope.ok_or_else(|| format!("there are {known}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::arguments::{Arguments, Command};

    fn parse(arguments: &[&str]) -> Result<KeysCommand, String> {
        let all = [&["recast", "keys"], arguments].concat();
        let parsed = Arguments::try_parse_from(all).map_err(|error| error.to_string())?;
        let Command::Keys(keys) = parsed.command else { panic!("keys") };
        Ok(keys.command)
    }

    fn create(arguments: &[&str]) -> Create {
        let parsed = parse(&[&["create"], arguments].concat()).unwrap();
        let KeysCommand::Create(create) = parsed else { panic!("a create") };
        create
    }

    #[test]
    fn a_key_is_the_default_owners_unless_another_is_named() {
        assert_eq!(create(&[]).whose.owner.as_str(), "default");
        assert_eq!(
            create(&["--owner", "anna@example.org"]).whose.owner.as_str(),
            "anna@example.org"
        );
        assert!(parse(&["create", "--owner", "no spaces"]).is_err());
    }

    #[test]
    fn an_unknown_scope_is_refused_with_those_that_are_known() {
        let scopes = create(&["--scope", "task.read", "--scope", "task.write"]).scopes;
        assert_eq!(scopes, [Scope::TaskRead, Scope::TaskWrite]);
        let refused = parse(&["create", "--scope", "task.delete"]).unwrap_err();
        for scope in Scope::ALL {
            assert!(refused.contains(scope.name()), "{refused}");
        }
    }

    #[test]
    fn a_stack_is_a_directory_or_in_aws() {
        let deployed = create(&["--stack", "recast", "--account", "123456789012"]).whose.place;
        assert_eq!(deployed.stack.as_deref(), Some("recast"));
        assert!(parse(&["list", "--stack", "recast", "--data", "x"]).is_err());
        assert!(parse(&["list", "--account", "123456789012"]).is_err());
    }

    #[test]
    fn what_is_revoked_has_an_id() {
        assert!(parse(&["revoke", "0123456789abcdef"]).is_ok());
        assert!(parse(&["revoke", "recast_0123"]).is_err() && parse(&["revoke"]).is_err());
    }
}
