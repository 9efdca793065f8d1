use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::SignedDuration;
use serde_json::Value;

use super::deployment::{Deployment, Smoke};
use super::environment::Environment;
use super::erase::Erase;
use super::keys::arguments::Keys;

/// File conversion in its owner's own account, speaking the CloudConvert API v2.
#[derive(Debug, Parser)]
#[command(name = "recast", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Converts files through the real functions: on the embedded stack, or on a deployed one.
    Convert(Convert),
    /// Runs the service on this machine.
    Serve(Serve),
    /// Makes, lists and revokes the keys of owners.
    Keys(Keys),
    /// Deletes everything of an owner.
    Erase(Erase),
    /// Says what variables a function of a running embedded stack is given.
    Environment(Environment),
    /// Checks a deployed stack from end to end and says what it saw.
    Smoke(Smoke),
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// The files to convert.
    #[arg(required = true, num_args = 1..)]
    pub(crate) inputs: Vec<PathBuf>,
    /// The file to write, whose extension says the format, or a folder.
    pub(crate) output: PathBuf,
    /// The format to convert to, when the output is a folder.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<String>,
    /// An option of the conversion, such as width=800; may be repeated.
    #[arg(long = "option", value_name = "KEY=VALUE", value_parser = option)]
    pub(crate) options: Vec<(String, Value)>,
    #[command(flatten)]
    pub(crate) deployment: Deployment,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The port of the API.
    #[arg(long, default_value_t = 8787)]
    pub(crate) port: u16,
    /// The port of the synchronous API.
    #[arg(long, default_value_t = 8788)]
    pub(crate) sync_port: u16,
    /// Speaks TLS, too, with a certificate of its own for localhost.
    #[arg(long)]
    pub(crate) tls: bool,
    /// The port on which it does.
    #[arg(long, default_value_t = 8789, requires = "tls")]
    pub(crate) tls_port: u16,
    /// Where tables, files, executions and the key are kept.
    #[arg(long, value_name = "DIR", default_value = ".recast")]
    pub(crate) data: PathBuf,
    /// An address that import/url may reach although it is not public; may be repeated.
    #[arg(long = "allow-host", value_name = "HOST[:PORT]", value_parser = host)]
    pub(crate) allow_hosts: Vec<String>,
    /// How far its clock runs ahead, such as 25h or 90m.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = ahead)]
    pub(crate) clock_offset: SignedDuration,
    /// A table (TOML) of engines of one's own: programs that this machine has.
    #[arg(long, value_name = "FILE")]
    pub(crate) engines: Option<PathBuf>,
    /// A value for a parameter of the template; may be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
}

/// A value that reads as a number, true, false or null is one; any other is text.
fn option(text: &str) -> Result<(String, Value), String> {
    let (key, value) =
        text.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or("expected KEY=VALUE")?;
    let plain = |value: &Value| value.is_number() || value.is_boolean() || value.is_null();
    let parsed = serde_json::from_str(value).ok().filter(plain);
    Ok((key.to_owned(), parsed.unwrap_or_else(|| value.into())))
}

fn ahead(text: &str) -> Result<SignedDuration, String> {
    let offset: SignedDuration = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    if offset.is_negative() { Err("the clock can only run ahead".to_owned()) } else { Ok(offset) }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn host(text: &str) -> Result<String, String> {
    let parsed = egress::AllowedHosts::parse([text]);
    parsed.map(|_| text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_numbers_flags_or_text() {
        assert_eq!(option("width=800"), Ok(("width".to_owned(), 800.into())));
        assert_eq!(option("strip=true"), Ok(("strip".to_owned(), true.into())));
        assert_eq!(option("pages=1-3"), Ok(("pages".to_owned(), "1-3".into())));
        assert_eq!(option("a=b=c"), Ok(("a".to_owned(), "b=c".into())));
        assert!(option("width").is_err() && option("=1").is_err());
    }

    #[test]
    fn the_clock_runs_ahead_by_hours_minutes_or_both() {
        assert_eq!(ahead("25h"), Ok(SignedDuration::from_hours(25)));
        assert_eq!(ahead("1h 30m"), Ok(SignedDuration::from_mins(90)));
        assert!(ahead("-1h").is_err() && ahead("25").is_err());
    }

    #[test]
    fn a_parameter_has_a_name_and_a_value() {
        assert_eq!(parameter("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert_eq!(parameter("A="), Ok(("A".to_owned(), String::new())));
        assert!(parameter("A").is_err() && parameter("=b").is_err());
    }

    #[test]
    fn the_last_path_is_the_output() {
        let arguments = Arguments::try_parse_from([
            "recast", "convert", "a.png", "b.png", "out/", "--to", "webp",
        ]);
        let Ok(Arguments { command: Command::Convert(convert) }) = arguments else {
            panic!("a convert")
        };
        assert_eq!((convert.inputs.len(), convert.output), (2, PathBuf::from("out/")));
    }
}
