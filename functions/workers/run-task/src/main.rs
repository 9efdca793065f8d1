//! The Lambda function `run-task`, which is also what its conversions are done in.

use std::process::ExitCode;

use engines::Catalogue;
use worker::Worker;

fn main() -> Result<ExitCode, worker::Error> {
    match engines::child(std::env::args_os()) {
        Some(code) => Ok(code),
        None => work(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn work() -> Result<ExitCode, worker::Error> {
    engines::gaps().iter().for_each(|gap| eprintln!("{gap}"));
    let environment = aws::Environment::from_process();
    let path = environment.settings.optional("PATH").unwrap_or_default();
    let own = environment.settings.optional("RECAST_OWN_ENGINES").unwrap_or_default();
    let catalogue = Catalogue::confined(own, path.as_ref()).await?;
    let context = run_task::Context::new(&environment, catalogue)?;
    worker::run(Worker::new(context, run_task::handle)).await?;
    Ok(ExitCode::SUCCESS)
}
