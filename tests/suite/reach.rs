//! Reaching a stack from another process, whether one runs it or not.

use std::path::Path;

use aws::Environment;
use domain::OwnerId;
use engines::Catalogue;
use recast::stack::{Data, DataError, Options, Stack, StackError};
use store::{ApiKey, Scope, Store};

use crate::harness::http;

async fn start(directory: &Path) -> Stack {
    let data = Data::open(directory).unwrap();
    Stack::start(Options::new(data, Catalogue::embedded())).await.unwrap()
}

/// Makes a key and returns it.
async fn put_key(environment: &Environment) -> String {
    let owner = OwnerId::parse("other").unwrap();
    let secret = ApiKey::secret(&environment.entropy);
    let key = ApiKey::new(&secret, owner, vec![Scope::TaskRead], environment.clock.now());
    Store::new(environment).unwrap().put_key(&key).await.unwrap();
    secret
}

/// Returns what a key is answered when it asks for what is not there.
async fn status(stack: &Stack, secret: &str) -> u16 {
    let show = http().get(format!("{}/tasks/1", stack.endpoints.api)).bearer_auth(secret);
    show.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_stack_is_reached_by_what_it_has_published() {
    let directory = tempfile::tempdir().unwrap();
    let stack = start(directory.path()).await;
    let unpublished = Stack::reach(directory.path()).await.map(drop);
    assert!(matches!(unpublished, Err(StackError::Data(DataError::InUse(_)))));
    stack.publish().unwrap();
    let reached = Stack::reach(directory.path()).await.unwrap();
    let key = put_key(&reached.environment).await;
    reached.release().await;
    assert_eq!([status(&stack, &key).await, status(&stack, "other").await], [404, 401]);
    let settings = &stack.environment.settings;
    for name in ["AWS_REGION", "AWS_ENDPOINT_URL_S3", "RECAST_BUCKET", "RECAST_TASK_MACHINE"] {
        assert_eq!(reached_setting(directory.path(), name), settings.required(name).unwrap());
    }
    stack.stop().await;
}

fn reached_setting(directory: &Path, name: &'static str) -> String {
    let published = Data::published(directory).unwrap();
    published.aws.environment().settings.required(name).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_nobody_runs_is_started_to_be_reached() {
    let directory = tempfile::tempdir().unwrap();
    let reached = Stack::reach(directory.path()).await.unwrap();
    let key = put_key(&reached.environment).await;
    assert!(matches!(Data::open(directory.path()), Err(DataError::InUse(_))));
    reached.release().await;
    let stack = start(directory.path()).await;
    assert_eq!(status(&stack, &key).await, 404);
    stack.stop().await;
}
