//! What any user of the service does, by its API alone.

use serde_json::{Value, json};

use crate::harness::{Api, Gate, Receiver, bytes, picture_tasks, task, text};
use crate::tasks::{convert, export, raw};

/// Does everything, at a service that may reach this machine.
pub(super) async fn all(api: &Api) {
    a_picture_is_converted(api).await;
    a_wait_ends_with_the_job(api).await;
    a_task_at_work_is_cancelled_tried_again_and_deleted(api).await;
    a_webhook_is_told(api).await;
    what_is_wrong_is_told(api).await;
}

async fn a_picture_is_converted(api: &Api) {
    let job = api.ended(&api.picture_job().await).await;
    assert_eq!(job["status"], "finished", "{job}");
    let file = &task(&job, "export")["result"]["files"][0];
    let webp = api.download(text(&file["url"])).await;
    assert_eq!(file["size"], webp.len());
    let picture = image::load_from_memory_with_format(&webp, image::ImageFormat::WebP).unwrap();
    assert_eq!((picture.width(), picture.height()), (320, 240));
}

async fn a_wait_ends_with_the_job(api: &Api) {
    let job = api.create(picture_tasks()).await;
    let path = format!("/jobs/{}", text(&job["id"]));
    let wait = format!("{path}/wait");
    let (uploaded, waited, synchronous) = tokio::join!(
        api.upload(task(&job, "import"), "photo.png", bytes("photo.png")),
        api.get(&wait),
        api.get_sync(&path),
    );
    assert_eq!(uploaded, 201);
    for answer in [waited, synchronous] {
        assert_eq!(answer.data()["status"], "finished", "{}", answer.text);
    }
}

async fn a_task_at_work_is_cancelled_tried_again_and_deleted(api: &Api) {
    let gate = Gate::closed().await;
    let job =
        api.create(json!({ "import": gate.import(), "html": convert("import", "html") })).await;
    let import = task(&job, "import");
    api.at_work(import).await;
    let path = format!("/tasks/{}", text(&import["id"]));
    let cancelled = api.post(&format!("{path}/cancel"), &Value::Null).await.data();
    assert_eq!(cancelled["code"], "CANCELLED", "{cancelled}");
    let ended = api.ended(&job).await;
    assert_eq!(task(&ended, "html")["code"], "INPUT_TASK_FAILED", "{ended}");
    gate.open();
    let again = api.post(&format!("{path}/retry"), &Value::Null).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(api.ended_task(&again.data()).await["status"], "finished");
    let listed = api.get(&format!("/tasks?filter[job_id]={}", text(&job["id"]))).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 3, "{listed}");
    assert_eq!(api.delete(&path).await.status, 204);
    assert_eq!(api.get(&path).await.status, 404);
}

async fn a_webhook_is_told(api: &Api) {
    let receiver = Receiver::new().await;
    let body = json!({ "url": receiver.url("/hook"), "events": ["job.finished"] });
    let webhook = api.post("/webhooks", &body).await.data();
    let made = json!({ "in": raw("# Hello", "a.md"), "html": convert("in", "html"), "out": export("html") });
    let job = api.create(made).await;
    let told = api.until(async || receiver.messages().first().cloned()).await;
    told.verify(text(&webhook["signing_secret"]));
    assert_eq!(told.json()["job"]["id"], job["id"]);
    let path = format!("/webhooks/{}", text(&webhook["id"]));
    assert_eq!(api.delete(&path).await.status, 204);
}

async fn what_is_wrong_is_told(api: &Api) {
    let job =
        api.create(json!({ "in": raw("no picture", "a.png"), "out": convert("in", "webp") })).await;
    let ended = api.ended(&job).await;
    assert_eq!(task(&ended, "out")["status"], "error", "{ended}");
    let refused = api.post("/jobs", &json!({ "tasks": { "in": { "operation": "fly" } } })).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(api.get("/nowhere").await.status, 404);
}
