//! A launcher for unit tests, which have no `main` of their own to call [`super::child()`]: the test executable runs the
//! test below, whose standard output is the harness's, so that the child's own comes as another descriptor.

use std::fs::File;

use super::Launcher;
use super::child::{CANNOT, UNABLE, try_obey};

const SCRIPT: &str = r#"exec "$0" --exact process::testing::acts_as_the_child --ignored --nocapture 3>&1 >/dev/null"#;

/// Returns the launcher that is this test executable.
pub(crate) fn launcher() -> Launcher {
    let this = std::env::current_exe().unwrap().to_str().unwrap().to_owned();
    Launcher { program: "/bin/sh".into(), arguments: vec!["-c".into(), SCRIPT.into(), this] }
}

#[test]
#[ignore = "what other tests start"]
fn acts_as_the_child() {
    let output = File::options().write(true).open("/proc/self/fd/3").unwrap();
    rustix::stdio::dup2_stdout(output).unwrap();
    if let Err(error) = try_obey() {
        eprintln!("{CANNOT}{error}");
        std::process::exit(UNABLE.into());
    }
}
