use std::process::ExitCode;

use ambient::Clock;
use engines::{Availability, Catalogue};
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::Serve;
use super::{catalogue, failed};
use crate::stack::{Data, DataError, Options, Stack, StackError};

/// The service cannot be run.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error("the engines cannot be used")]
    Engines(#[source] std::io::Error),
    #[error("the table of engines cannot be read")]
    Table(#[source] std::io::Error),
    #[error("signals cannot be received")]
    Signal(#[from] std::io::Error),
}

/// Runs the service until it is told to stop.
pub(crate) async fn run(arguments: Serve) -> ExitCode {
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn serve(arguments: Serve) -> Result<(), ServeError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let own = own_engines(&arguments)?;
    let catalogue = catalogue(&own).await.map_err(ServeError::Engines)?;
    let options = Options {
        port: arguments.port,
        sync_port: arguments.sync_port,
        tls_port: arguments.tls.then_some(arguments.tls_port),
        clock: Clock::offset(arguments.clock_offset),
        allow_hosts: arguments.allow_hosts.join(","),
        parameters: [("OwnEngines".to_owned(), own)]
            .into_iter()
            .chain(arguments.parameters)
            .collect(),
        ..Options::new(Data::open(&arguments.data)?, catalogue.clone())
    };
    let stack = Stack::start(options).await?;
    stack.publish()?;
    introduce(&stack, &catalogue);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    stack.stop().await;
    Ok(())
}

/// Reads the owner's table of engines, if there is one.
fn own_engines(arguments: &Serve) -> Result<String, ServeError> {
    let read = arguments.engines.as_ref().map(std::fs::read_to_string).transpose();
    Ok(read.map_err(ServeError::Table)?.unwrap_or_default())
}

fn introduce(stack: &Stack, catalogue: &Catalogue) {
    println!("API              {}", stack.endpoints.api);
    println!("synchronous API  {}", stack.endpoints.sync);
    if let (Some(tls), Some(ca)) = (&stack.endpoints.tls, &stack.endpoints.ca) {
        println!("with TLS         {tls}/v2, certificate {}", ca.display());
    }
    println!("key              {}", stack.endpoints.api_key);
    println!("engines");
    for (engine, availability) in catalogue.engines() {
        match availability {
            Availability::Available { version } => println!("  {:<14} {version}", engine.name),
            Availability::Missing { program, install } => {
                println!("  {:<14} {program} not found: {install}", engine.name);
            }
        }
    }
    engines::gaps().iter().for_each(|gap| println!("isolation        {gap}"));
    println!("Ctrl-C stops it; what runs is taken up at the next start.");
}
