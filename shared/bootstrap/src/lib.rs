//! How functions that carry engines begin: as the worker, or as the child in which one conversion is done.

mod by_hand;

use std::process::ExitCode;

use aws::{Environment, MissingSetting};
use engines::Catalogue;
use worker::{Error, Worker};

use by_hand::Asked;

/// Does the work of a child, if this process is one; else serves the worker that `make` makes of what this machine has.
///
/// By hand, `engines` as the argument names the engines that were found, and `convert INPUT OUTPUT` converts a file.
///
/// # Errors
///
/// When a setting is missing, or the Lambda runtime cannot be reached.
pub fn main(
    make: impl FnOnce(&Environment, Catalogue) -> Result<Worker, MissingSetting>,
) -> Result<ExitCode, Error> {
    if let Some(code) = engines::child(std::env::args_os()) {
        return Ok(code);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        engines::gaps().iter().for_each(|gap| eprintln!("{gap}"));
        let environment = Environment::from_process();
        let path = environment.settings.optional("PATH").unwrap_or_default();
        let own = environment.settings.optional("RECAST_OWN_ENGINES").unwrap_or_default();
        let asked = Asked::of(std::env::args_os());
        // Who makes an image wants to know what it has, and not what was said of it.
        let known = environment.settings.optional("RECAST_ENGINES").filter(|_| asked.is_none());
        let catalogue = Catalogue::confined(own, path.as_ref(), known.unwrap_or_default()).await?;
        if let Some(asked) = asked {
            asked.answer(&catalogue).await?;
            return Ok(ExitCode::SUCCESS);
        }
        worker::run(&environment, make(&environment, catalogue)?).await?;
        Ok(ExitCode::SUCCESS)
    })
}
