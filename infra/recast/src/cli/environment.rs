use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failed;
use crate::stack::Data;

#[derive(Clone, Debug, Args)]
pub(crate) struct Environment {
    /// The directory of an embedded stack that `recast serve` runs.
    #[arg(long, value_name = "DIR", default_value = ".recast")]
    data: PathBuf,
}

/// Says what a function of a stack is given, a line for each variable.
pub(crate) fn run(arguments: &Environment) -> ExitCode {
    let Some(published) = Data::published(&arguments.data) else {
        let none = "nobody serves this directory";
        return failed(&std::io::Error::new(std::io::ErrorKind::NotFound, none));
    };
    // One that is empty says nothing; what is in the others may look like another line.
    for (name, value) in published.aws.variables().iter().filter(|(_, value)| !value.is_empty()) {
        println!("{name}={value:?}");
    }
    ExitCode::SUCCESS
}
