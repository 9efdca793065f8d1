//! What is shown beside a task when it is asked for.

use serde_json::{Value, json};

use crate::harness::{World, task, text};
use crate::tasks::{awaited, convert, export, path, picture, raw, single};

#[tokio::test(flavor = "multi_thread")]
async fn payload_dependencies_retries_and_job_are_shown_when_asked_for_together() {
    let world = World::new().await;
    let tasks = json!({ "in": picture(), "to": convert("in", "webp"), "out": export("to") });
    let body = json!({ "tasks": tasks, "tag": "mine" });
    let job = world.ended(&world.post("/jobs", &body).await.data()).await;
    let to = task(&job, "to");
    let plain = world.get(&path(to)).await.data();
    for field in ["payload", "depends_on_tasks", "retries", "job"] {
        assert!(plain.get(field).is_none(), "{field}");
    }
    let query = "include=payload,depends_on_tasks,retries,job,nonsense";
    for (at, wait) in [("", ""), ("", "/wait")] {
        let shown = world.get(&format!("{}{wait}?{query}{at}", path(to))).await.data();
        assert_eq!(shown["payload"], json!({ "input": ["in"], "output_format": "webp" }));
        assert_eq!(shown["depends_on_tasks"], json!({ "in": task(&job, "in")["id"] }));
        assert_eq!(shown["retries"], json!([]));
        assert_eq!(shown["job"]["id"], job["id"]);
        assert_eq!(
            (&shown["job"]["tag"], &shown["job"]["status"]),
            (&json!("mine"), &json!("finished"))
        );
    }
    let synchronous = world.get_sync(&format!("{}?{query}", path(to))).await.data();
    assert_eq!(synchronous["payload"]["output_format"], "webp");
    let listed = world.get("/tasks?include=payload,depends_on_tasks").await.json();
    let listed = listed["data"].as_array().unwrap().iter().find(|it| it["id"] == to["id"]).unwrap();
    assert_eq!(listed["depends_on_tasks"], json!({ "in": task(&job, "in")["id"] }));
    let whole = world.get(&format!("/jobs/{}?include=payload", text(&job["id"]))).await.data();
    assert_eq!(task(&whole, "to")["payload"]["input"], json!(["in"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_tasks_inputs_are_called_by_their_ids() {
    let world = World::new().await;
    let import = world.ended_task(&single(&world, raw("# a", "a.md")).await).await;
    let out = single(&world, export(import["id"].clone())).await;
    let shown = world.get(&format!("{}?include=depends_on_tasks,job", path(&out))).await.data();
    assert_eq!(shown["depends_on_tasks"], json!({ text(&import["id"]): import["id"] }));
    assert!(shown.get("job").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_never_come_back() {
    let world = World::new().await;
    let headers = json!({ "Authorization": "Bearer very-secret", "X-More": "secret-too" });
    let import =
        json!({ "operation": "import/url", "url": "https://example.org/a", "headers": headers });
    let mut upload = awaited();
    upload["password"] = json!("very-secret");
    let job = world.create(json!({ "url": import, "up": upload })).await;
    for name in ["url", "up"] {
        let shown = world.get(&format!("{}?include=payload", path(task(&job, name)))).await;
        assert!(!shown.text.contains("secret"), "{}", shown.text);
        assert!(shown.text.contains("***"), "{}", shown.text);
    }
    let listed = world.get("/tasks?include=payload").await;
    assert!(!listed.text.contains("secret") && listed.text.contains("***"));
    let headers = &world.get(&format!("{}?include=payload", path(task(&job, "url")))).await.data()
        ["payload"]["headers"];
    assert_eq!(headers, &json!({ "Authorization": "***", "X-More": "***" }));
    assert_ne!(Value::Null, *headers);
}
