//! A launcher for unit tests, which have no `main` of their own to call [`super::child()`]: the test executable runs the
//! test below, whose standard output is the harness's, so that the child's own comes as another descriptor.

use std::fs::{self, File};
use std::time::Duration;

use super::Launcher;
use crate::conversion::Job;
use crate::engine::Run;
use crate::{ConversionError, Engine, Made};

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

/// An engine that fails as the file says.
pub(super) const FAULTY: Engine =
    Engine { name: "faulty", aliases: &[], program: None, routes: &[], run: Run::Embedded(fail) };

fn fail(job: &Job) -> Result<Made, ConversionError> {
    match fs::read_to_string(&job.source().path)?.as_str() {
        "panic" => panic!("as it was told"),
        "abort" => std::process::abort(),
        "overflow" => Err(ConversionError::Failed(overflow(1).to_string())),
        "ask for memory" => {
            let much = vec![1_u8; 2 << 30];
            Err(ConversionError::Failed(much.len().to_string()))
        }
        "use memory" => {
            let much = vec![1_u8; 400 << 20];
            std::thread::sleep(Duration::from_secs(20));
            Err(ConversionError::Failed(much.len().to_string()))
        }
        _ => {
            println!("{{ this is no event");
            let mut made = Made::default();
            made.result.insert("said".to_owned(), "nothing".into());
            Ok(made)
        }
    }
}

#[expect(unconditional_recursion, reason = "it is there to overflow the stack")]
fn overflow(depth: u64) -> u64 {
    std::hint::black_box(overflow(std::hint::black_box(depth + 1)) + depth)
}
