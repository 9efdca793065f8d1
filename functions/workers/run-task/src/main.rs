//! The Lambda function `run-task`.

use engines::Catalogue;
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use worker::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), worker::Error> {
    // A program of the same user could otherwise read the function's keys from /proc.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let environment = aws::Environment::from_process();
    let path = environment.settings.optional("PATH").unwrap_or_default();
    let catalogue = Catalogue::probe(path.as_ref()).await;
    let context = run_task::Context::new(&environment, catalogue)?;
    worker::run(Worker::new(context, run_task::handle)).await
}
