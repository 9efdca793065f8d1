//! Policies of the template allow what functions do and nothing else. What is not allowed is refused in every stack that a
//! test starts; what is allowed and never done shows when all tests have run.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use recast::stack::Stack;
use recast::stack::template::Template;

/// A function, and an action of AWS.
type Permission = (String, String);

static USED: Mutex<BTreeSet<Permission>> = Mutex::new(BTreeSet::new());

/// What functions need and no test has them do, or is not seen to.
const RARE: [(&[&str], &str); 5] = [
    // Without it S3 answers 403 and not 404 for what is not there.
    (&["deliver-webhook", "download-file"], "s3:ListBucket"),
    // A list of files that is too long for a row.
    (&["list-jobs", "wait-job", "wait-task"], "s3:GetObject"),
    // A form is signed, and used only when it came from another function.
    (&["list-jobs", "list-tasks", "show-job", "wait-job", "wait-task"], "s3:PutObject"),
    // Requests are counted where there is a limit; in tests there is none.
    (&["test-webhook"], "dynamodb:UpdateItem"),
    // A large file whose source breaks off.
    (&["run-task"], "s3:AbortMultipartUpload"),
];

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("permissions")
}

/// Remembers what was done in a stack, beside what was done in others.
pub(crate) fn remember(stack: &Stack) {
    let mut used = USED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let before = used.len();
    used.extend(stack.used_permissions());
    if used.len() > before {
        let lines = used.iter().map(|(function, action)| format!("{function} {action}\n"));
        fs::write(file(), lines.collect::<String>()).expect("a place for what was done");
    }
}

#[test]
#[ignore = "after all others: `cargo test -p suite policies_allow_nothing -- --ignored`"]
fn policies_allow_nothing_that_no_function_does() {
    let used = fs::read_to_string(file()).unwrap();
    let pair = |line: &str| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let used: BTreeSet<Permission> = used.lines().filter_map(pair).collect();
    let allowed = Template::read(&Default::default()).unwrap().permissions().unwrap();
    // Whoever may stop an execution settles, and any of those may be the one to find what there is to do.
    let settles = |function: &str| {
        allowed.contains(&(function.to_owned(), "states:StopExecution".to_owned()))
    };
    let done = |(function, action): &&Permission| {
        let by = |(other, done): &Permission| {
            done == action && (other == function || settles(function) && settles(other))
        };
        used.iter().any(by)
    };
    let rare = |(function, action): &&Permission| {
        RARE.iter()
            .any(|(functions, rare)| rare == action && functions.contains(&function.as_str()))
    };
    let idle: Vec<_> = allowed.iter().filter(|it| !done(it) && !rare(it)).collect();
    assert!(idle.is_empty(), "allowed and never done: {idle:#?}");
}
