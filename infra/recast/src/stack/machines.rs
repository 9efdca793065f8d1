use std::sync::Arc;

use super::StackError;
use super::invoker::Invoker;
use super::options::Options;
use super::states::{Definition, Machine, States};
use super::template::StateMachine;

/// Opens the state machines of the template, with what ran when the last process ended.
pub(crate) fn open(
    options: &Options,
    machines: &[StateMachine],
    invoker: Invoker,
) -> Result<States, StackError> {
    let machine = |machine: &StateMachine| {
        let failed = |reason: String| StackError::Machine { name: machine.name.clone(), reason };
        let text =
            definition(&machine.definition_uri).ok_or_else(|| failed("no such file".to_owned()))?;
        let definition = Definition::parse(text, &machine.definition_substitutions);
        let definition = definition.map_err(|error| failed(chain(&error)))?;
        Ok::<_, StackError>(Machine { name: machine.name.clone(), definition })
    };
    let machines = machines.iter().map(machine).collect::<Result<Vec<_>, _>>()?;
    let opened =
        States::open(options.data.executions(), machines, Arc::new(invoker), options.clock.clone());
    opened.map_err(|error| StackError::Machine {
        name: "executions".to_owned(),
        reason: chain(&error),
    })
}

/// The definitions that the template names are part of this program.
fn definition(uri: &str) -> Option<&'static str> {
    match uri {
        "task.asl.json" => Some(include_str!("../../../task.asl.json")),
        "webhook.asl.json" => Some(include_str!("../../../webhook.asl.json")),
        _ => None,
    }
}

/// Writes an error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
