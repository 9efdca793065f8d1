use super::*;

fn template() -> Template {
    Template::read(&BTreeMap::from([("AllowHosts".to_owned(), "127.0.0.1".to_owned())])).unwrap()
}

#[test]
fn functions_have_their_settings_and_routes() {
    let functions = template().functions().unwrap();
    let wait = functions.iter().find(|function| function.binary == "wait-task").unwrap();
    assert_eq!(wait.variables["RECAST_WAIT_SECONDS"], "28");
    assert_eq!(wait.variables["RECAST_TABLE"], "recast");
    assert_eq!(wait.variables["RECAST_ALLOW_HOSTS"], "127.0.0.1");
    let route = Route { method: "GET".to_owned(), path: "/v2/tasks/{id}/wait".to_owned() };
    assert!(wait.routes.contains(&route));
    assert!(functions.iter().any(|function| function.binary == "sweep" && function.scheduled));
    assert!(functions.iter().any(|function| function.binary == "sync" && function.has_url));
}

#[test]
fn the_machine_names_its_functions() {
    let machines = template().state_machines().unwrap();
    assert_eq!(machines[0].name, "recast-task");
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:recast-fail-task";
    assert_eq!(machines[0].definition_substitutions["FailTask"], arn);
}

#[test]
fn the_bucket_notifies_of_uploads() {
    let bucket = template().bucket().unwrap();
    assert_eq!((bucket.prefix.as_str(), bucket.function.as_str()), ("uploads/", "receive-upload"));
}

#[test]
fn what_is_not_known_is_refused() {
    let text = "Resources: { A: { Type: X, Properties: { Name: { 'Fn::ImportValue': other } } } }";
    assert!(matches!(Template::parse(text, &BTreeMap::new()), Err(TemplateError::Resolve(_))));
}
