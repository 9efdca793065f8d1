//! Values for the template's parameters.

use engines::Catalogue;
use recast::stack::template::TemplateError;
use recast::stack::{Data, Options, Stack, StackError};

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
