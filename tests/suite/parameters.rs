//! Values for the template's parameters.

use engines::Catalogue;
use recast::stack::template::TemplateError;
use recast::stack::{Data, Options, Stack, StackError};
use serde_json::json;

use crate::harness::{Gate, World};
use crate::tasks::{convert, raw};

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_the_template_can_be_given() {
    let directory = tempfile::tempdir().unwrap();
    let options = |name: &str| {
        let data = Data::open(directory.path()).unwrap();
        let parameters = [(name.to_owned(), "office=1.0".to_owned())].into();
        Options { parameters, ..Options::new(data, Catalogue::embedded()) }
    };
    let stack = Stack::start(options("Engines")).await.unwrap();
    let engines = stack.environment.settings.required("RECAST_ENGINES").map(ToOwned::to_owned);
    stack.stop().await;
    drop(stack);
    assert_eq!(engines.as_deref(), Ok("office=1.0"));
    let refused = Stack::start(options("Motors")).await.map(drop);
    let Err(StackError::Template(TemplateError::Parameter { name, known })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(name, "Motors");
    assert!(known.split(", ").any(|known| known == "Engines"), "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_need_an_engine_runs_in_the_image_if_there_is_one() {
    let gate = Gate::closed().await;
    gate.open();
    let host = gate.host.clone();
    let world = World::with(|options| {
        options.allow_hosts = host;
        options.parameters.insert("EngineImage".to_owned(), "registry/recast:1".to_owned());
    })
    .await;
    let did = |function: &str| {
        let done = world.stack.used_permissions();
        done.contains(&(function.to_owned(), "s3:PutObject".to_owned()))
    };
    let import = world.create(json!({ "in": gate.import() })).await;
    world.ended(&import).await;
    assert!(did("run-task") && !did("run-engine"));
    let job =
        world.create(json!({ "in": raw("# Hello", "a.md"), "out": convert("in", "html") })).await;
    let ended = world.ended(&job).await;
    assert_eq!(ended["status"], "finished", "{ended}");
    assert!(did("run-engine"));
}
