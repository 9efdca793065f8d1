use std::time::Duration;

use super::*;
use crate::Limits;
use crate::process::testing::launcher;

/// Makes a catalogue whose `soffice` is this script.
async fn fake(bench: &Bench, script: &str) -> Catalogue {
    use std::os::unix::fs::PermissionsExt;

    let path = bench.write(
        "soffice",
        format!("#!/bin/sh\n[ \"$1\" = --version ] && echo Fake 1.2.3 && exit\n{script}\n"),
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let catalogue = Catalogue::probe(bench.directory.path().as_os_str()).await;
    catalogue.isolated_by(launcher(), Limits::default())
}

/// Returns a file that a program left in its job's directory.
fn in_job(bench: &Bench, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(bench.directory.path()).unwrap();
    entries.map(|entry| entry.unwrap().path().join(name)).find(|path| path.exists())
}

async fn convert_by_fake(script: &str) -> Result<crate::Output, ConversionError> {
    let bench = Bench::new();
    let bench = Bench { catalogue: fake(&bench, script).await, ..bench };
    bench.convert(sample("report.docx"), Format::DOCX, Format::PDF, json!({})).await
}

#[tokio::test]
async fn only_a_result_that_looks_right_is_a_success() {
    let good = convert_by_fake("mkdir out; echo %PDF-1.7 > out/input.pdf").await.unwrap();
    assert_eq!((good.version.as_str(), good.made.files.len()), ("1.2.3", 1));
    for script in
        ["exit 0", "mkdir out; touch out/input.pdf", "mkdir out; echo Error > out/input.pdf"]
    {
        let result = convert_by_fake(script).await;
        assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{script}: {result:?}");
    }
    let result = convert_by_fake("echo \"Fatal: $PWD/input.docx is bad\" >&2; exit 1").await;
    let Err(error @ ConversionError::Failed(_)) = result else { panic!("{result:?}") };
    assert_eq!(error.to_string(), "LibreOffice failed on this file: Fatal: is bad");
    let result = convert_by_fake("kill -9 $$").await;
    let Err(error @ ConversionError::Failed(_)) = result else { panic!("{result:?}") };
    assert_eq!(error.to_string(), "LibreOffice failed on this file: it ended early");
}

#[tokio::test]
async fn the_program_gets_a_hardened_profile_and_no_name_of_the_user() {
    let bench = Bench::new();
    let script = "cat profile/user/registrymodifications.xcu > seen; echo \"$@\" >> seen";
    let bench = Bench { catalogue: fake(&bench, script).await, ..bench };
    let input = bench.directory.path().join("--headless; rm.docx");
    fs::copy(sample("report.docx"), &input).unwrap();
    let _ = bench.convert(input, Format::DOCX, Format::PDF, json!({"pages": "2"})).await;
    let seen = fs::read_to_string(in_job(&bench, "seen").unwrap()).unwrap();
    for part in [
        "BlockUntrustedRefererLinks",
        "DisableMacrosExecution",
        "-env:UserInstallation=file:///",
        "\"value\":\"2\"",
    ] {
        assert!(seen.contains(part), "{part} is missing in {seen}");
    }
    assert!(!seen.contains("rm.docx"), "{seen}");
}

#[tokio::test]
async fn dropping_the_conversion_kills_libreoffice() {
    let bench = Bench::new();
    let script = "echo $$ > pid.new; mv pid.new pid; sleep 1000";
    let bench = Bench { catalogue: fake(&bench, script).await, ..bench };
    let started = async {
        while in_job(&bench, "pid").is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let options: Value = json!({});
    tokio::select! {
        result = bench.convert(sample("report.docx"), Format::DOCX, Format::PDF, options) => panic!("{result:?}"),
        () = started => {}
    }
    let pid = fs::read_to_string(in_job(&bench, "pid").unwrap()).unwrap();
    let stat = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    let is_alive = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z"));
    let dead = async {
        while is_alive() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), dead).await.expect("it dies");
}
