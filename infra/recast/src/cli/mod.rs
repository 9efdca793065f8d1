//! The command line.

mod arguments;
mod client;
mod convert;
mod deployed;
mod deployment;
mod environment;
mod erase;
mod keys;
mod output;
mod place;
mod serve;
mod smoke;
mod summary;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use engines::Catalogue;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command};

/// Runs the command that the process's arguments name.
///
/// It exits with 0 when it did what was asked, with 1 when that failed, with 2 when it was not
/// understood.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(code) = engines::child(std::env::args_os()) {
        return code;
    }
    let arguments = Arguments::parse();
    // What a client's side of a connection does wrong is its own to tell.
    let filter = EnvFilter::try_from_env("RECAST_LOG")
        .unwrap_or_else(|_| EnvFilter::new("error,s3s=off,tls_listener=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    runtime.block_on(async {
        match arguments.command {
            Command::Convert(arguments) => convert::run(arguments).await,
            Command::Serve(arguments) => serve::run(arguments).await,
            Command::Keys(arguments) => keys::run(arguments).await,
            Command::Erase(arguments) => erase::run(arguments).await,
            Command::Environment(arguments) => environment::run(&arguments),
            Command::Smoke(arguments) => smoke::run(arguments).await,
        }
    })
}

/// Returns what can be converted here, in isolation from this process, which from now on hides from its children.
async fn catalogue(own: &str) -> io::Result<Catalogue> {
    #[expect(clippy::disallowed_methods, reason = "a command takes its PATH from the environment")]
    let path = std::env::var_os("PATH").unwrap_or_default();
    Catalogue::confined(own, &path, "").await
}

/// Says what went wrong.
fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("recast: {}", with_causes(error));
    ExitCode::FAILURE
}

/// Writes an error with its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
