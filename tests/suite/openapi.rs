//! The document of the API says what is there, and what is there answers as it says.

use std::collections::BTreeSet;

use jsonschema::Validator;
use recast::stack::template::Template;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, World, task, text};
use crate::requests::send;
use crate::tasks::{awaited, convert, export, path, raw, single};

/// The document as it is served, and what answers are held to by it.
pub(crate) struct Document(Value);

impl Document {
    pub(crate) async fn of(world: &World) -> Self {
        let answer = send(world, (Method::GET, "/openapi.json"), None, "").await;
        assert_eq!(answer.status, 200, "it needs no key");
        Self(answer.json())
    }

    /// Returns every method and path.
    fn operations(&self) -> BTreeSet<String> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        let methods = paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        });
        methods.collect()
    }

    /// Holds an answer to what the document says of it: its status is known, its body valid.
    #[track_caller]
    pub(crate) fn check(&self, operation: &str, answer: &Answer) {
        let (method, path) = operation.split_once(' ').unwrap();
        let operation = &self.0["paths"][path][method.to_lowercase()];
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{method} {path} may not answer {}", answer.status);
        let response = match response["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).unwrap(),
            None => response,
        };
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_null() {
            assert_eq!(answer.text, "", "{method} {path}");
            return;
        }
        let whole = json!({ "components": self.0["components"], "allOf": [schema] });
        let validator = Validator::new(&whole).unwrap();
        let body = answer.json();
        let wrong: Vec<_> = validator.iter_errors(&body).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{method} {path} {}: {wrong:#?}\n{body:#}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_has_every_route_and_no_other() {
    let world = World::new().await;
    let document = Document::of(&world).await;
    assert_eq!(document.0["openapi"], "3.1.1");
    let functions = Template::read(&Default::default()).unwrap().functions().unwrap();
    let routes = functions.iter().flat_map(|function| &function.routes);
    let routed: BTreeSet<_> = routes
        .filter_map(|route| Some(format!("{} {}", route.method, route.path.strip_prefix("/v2")?)))
        .collect();
    let (of_operations, mut routed): (BTreeSet<_>, BTreeSet<_>) =
        routed.into_iter().partition(|route| route.contains("{operation"));
    for operation in operations::catalogue() {
        let created = format!("POST /{}", operation.path);
        assert!(of_operations.iter().any(|route| takes(route, &created)), "{created} has no route");
        routed.insert(created);
    }
    assert_eq!(document.operations(), routed);
}

/// Returns whether a route that ends in a variable takes a request: `{operation}` is one part, `{operation+}` any.
fn takes(route: &str, request: &str) -> bool {
    let (before, variable) = route.split_once('{').unwrap();
    let rest = request.strip_prefix(before);
    rest.is_some_and(|rest| variable.contains('+') || !rest.contains('/'))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_read_is_not_taken_for_an_operation() {
    let world = World::new().await;
    let document = Document::of(&world).await;
    let paths = document.0["paths"].as_object().unwrap();
    let read = paths
        .iter()
        .filter(|(path, item)| path.matches('/').count() == 1 && item.get("post").is_none());
    for (path, _) in read {
        assert_eq!(world.post(path, &json!({})).await.status, 405, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_there_under_the_prefix_of_unmodified_clients() {
    let functions = Template::read(&Default::default()).unwrap().functions().unwrap();
    let routes: BTreeSet<_> = functions
        .iter()
        .flat_map(|function| &function.routes)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    for route in routes.iter().filter(|route| route.contains(" /v2/")) {
        let prefixed = route.replacen(" /v2/", " /.api.cloudconvert.com/v2/", 1);
        assert!(routes.contains(&prefixed), "{prefixed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_the_document_says() {
    let world = World::new().await;
    let document = Document::of(&world).await;
    let tasks = json!({
        "in": raw("# Hello", "a.md"),
        "up": awaited(),
        "to": convert("in", "html"),
        "not": convert("in", "webp"),
        "out": export("to"),
    });
    let body = json!({ "tasks": tasks, "tag": "t" });
    let created = world.post("/jobs", &body).await;
    document.check("POST /jobs", &created);
    document.check("POST /jobs", &world.post("/jobs?dry_run=true", &body).await);
    document.check("POST /jobs", &world.post("/jobs", &json!({})).await);
    let job = created.data();
    world.ended_task(task(&job, "out")).await;
    world.ended_task(task(&job, "not")).await;
    let (id, wait) = (text(&job["id"]), path(task(&job, "out")));
    let beside = "include=payload,depends_on_tasks,retries,job";
    document.check("GET /jobs/{id}", &world.get(&format!("/jobs/{id}?{beside}")).await);
    document.check("GET /jobs", &world.get("/jobs?include=tasks").await);
    document.check("GET /jobs", &world.get("/jobs?page=0").await);
    document.check("GET /tasks", &world.get(&format!("/tasks?{beside}")).await);
    document.check("GET /tasks", &world.get("/tasks?filter[status]=nonsense").await);
    document.check("GET /tasks/{id}/wait", &world.get(&format!("{wait}/wait?{beside}")).await);
    for name in ["in", "up", "to", "not", "out"] {
        let shown = world.get(&format!("{}?{beside}", path(task(&job, name)))).await;
        document.check("GET /tasks/{id}", &shown);
    }
    let upload = single(&world, awaited()).await;
    let post =
        async |action: &str| world.post(&format!("{}/{action}", path(&upload)), &Value::Null).await;
    for action in ["cancel", "cancel", "retry", "retry"] {
        document.check(&format!("POST /tasks/{{id}}/{action}"), &post(action).await);
    }
    document.check("DELETE /tasks/{id}", &world.delete(&path(&upload)).await);
    document.check("DELETE /tasks/{id}", &world.delete(&path(&upload)).await);
    document.check("DELETE /jobs/{id}", &world.delete(&format!("/jobs/{id}")).await);
    document.check("GET /jobs/{id}/wait", &world.get(&format!("/jobs/{id}/wait")).await);
    document.check("POST /import/upload", &world.post("/import/upload", &json!({})).await);
    document.check("POST /import/raw", &world.post("/import/raw", &json!({ "file": 7 })).await);
    document.check("POST /convert", &send(&world, (Method::POST, "/convert"), None, "").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_what_is_no_task_are_as_the_document_says() {
    let world = World::new().await;
    let document = Document::of(&world).await;
    document.check("GET /users/me", &world.get("/users/me").await);
    document.check("GET /health", &send(&world, (Method::GET, "/health"), None, "").await);
    let options = "include=options,engine_versions&alternatives=true";
    document.check("GET /operations", &world.get(&format!("/operations?{options}")).await);
    document.check("GET /convert/formats", &world.get("/convert/formats").await);
    document.check("GET /operations", &world.get("/operations?per_page=0").await);
    let hook = json!({ "url": "https://example.org/hook", "events": ["job.finished"] });
    let created = world.post("/webhooks", &hook).await;
    document.check("POST /webhooks", &created);
    document.check("POST /webhooks", &world.post("/webhooks", &json!({})).await);
    let webhook = format!("/webhooks/{}", text(&created.data()["id"]));
    let test = world.post(&format!("{webhook}/test"), &Value::Null).await;
    document.check("POST /webhooks/{id}/test", &test);
    let deliveries = world.get(&format!("{webhook}/deliveries")).await;
    document.check("GET /webhooks/{id}/deliveries", &deliveries);
    document.check("GET /webhooks", &world.get("/webhooks").await);
    document.check("GET /users/me/webhooks", &world.get("/users/me/webhooks").await);
    document.check("DELETE /webhooks/{id}", &world.delete(&webhook).await);
    document.check("DELETE /webhooks/{id}", &world.delete(&webhook).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_route_is_told_in_the_apis_own_shape() {
    let world = World::new().await;
    let key = world.stack.endpoints.api_key.clone();
    for (method, path, status, allow) in [
        (Method::GET, "/nothing", 404, None),
        (Method::GET, "", 404, None),
        (Method::POST, "/nothing", 404, None),
        (Method::POST, "/import/telepathy", 404, None),
        (Method::PUT, "/jobs", 405, Some("GET, POST")),
        (Method::PATCH, "/tasks/1", 405, Some("DELETE, GET")),
        (Method::POST, "/users/me", 405, Some("GET")),
        (Method::DELETE, "/openapi.json", 405, Some("GET")),
    ] {
        let answer = send(&world, (method.clone(), path), Some(&key), "").await;
        assert_eq!(answer.status, status, "{method} {path} {}", answer.text);
        let code = if status == 404 { "NOT_FOUND" } else { "METHOD_NOT_ALLOWED" };
        assert_eq!(answer.json()["code"], code, "{method} {path}");
        let allowed = answer.headers.get("allow").map(|allow| {
            let mut allow: Vec<_> = allow.to_str().unwrap().split(", ").collect();
            allow.sort_unstable();
            allow.join(", ")
        });
        assert_eq!(allowed.as_deref(), allow, "{method} {path}");
    }
}
