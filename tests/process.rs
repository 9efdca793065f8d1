//! The `recast` command for the tests that kill it.

use std::process::ExitCode;

fn main() -> ExitCode {
    recast::main()
}
