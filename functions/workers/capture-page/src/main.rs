//! The Lambda function `capture-page`, which is also what the browser is started by.

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
    let context = capture_page::Context::new(&environment, catalogue)?;
    worker::run(Worker::new(context, capture_page::handle)).await?;
    Ok(ExitCode::SUCCESS)
}
