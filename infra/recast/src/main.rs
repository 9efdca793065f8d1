//! The `recast` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    recast::main()
}
