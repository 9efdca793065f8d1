//! Jobs and tasks as the API shows them, whole.

use serde_json::json;

use crate::harness::{World, task, text};
use crate::requests::tidy;
use crate::tasks::{awaited, export};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_shown_as_the_api_does() {
    let world = World::new().await;
    let tasks = json!({ "in": awaited(), "out": export("in") });
    let created = world.post("/jobs", &json!({ "tasks": tasks, "tag": "mine" })).await;
    insta::assert_snapshot!(tidy(&world, &created), @r#"
    201 {
      "data": {
        "id": "<group>-0000",
        "tag": "mine",
        "status": "waiting",
        "created_at": "<time>",
        "started_at": null,
        "ended_at": null,
        "tasks": [
          {
            "id": "<group>-0001",
            "job_id": "<group>-0000",
            "name": "in",
            "operation": "import/upload",
            "status": "waiting",
            "credits": null,
            "message": "Waiting for file upload",
            "code": null,
            "percent": 0,
            "result": {
              "form": {
                "url": "<bucket>/recast-000000000000-us-east-1",
                "parameters": {
                  "key": "uploads/<group>-0001/${filename}",
                  "success_action_status": "201",
                  "X-Amz-Credential": "<x-amz-credential>",
                  "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
                  "X-Amz-Date": "<x-amz-date>",
                  "X-Amz-Signature": "<x-amz-signature>",
                  "Policy": "<policy>"
                }
              }
            },
            "created_at": "<time>",
            "started_at": null,
            "ended_at": null,
            "retry_of_task_id": null,
            "copy_of_task_id": null,
            "depends_on_task_ids": [],
            "links": {
              "self": "<api>/v2/tasks/<group>-0001"
            }
          },
          {
            "id": "<group>-0002",
            "job_id": "<group>-0000",
            "name": "out",
            "operation": "export/url",
            "status": "waiting",
            "credits": null,
            "message": null,
            "code": null,
            "percent": 0,
            "result": null,
            "created_at": "<time>",
            "started_at": null,
            "ended_at": null,
            "retry_of_task_id": null,
            "copy_of_task_id": null,
            "depends_on_task_ids": [
              "<group>-0001"
            ],
            "links": {
              "self": "<api>/v2/tasks/<group>-0002"
            }
          }
        ],
        "links": {
          "self": "<api>/v2/jobs/<group>-0000"
        }
      }
    }
    "#);
    let job = created.data();
    assert_eq!(world.upload(task(&job, "in"), "a b.txt", b"text".to_vec()).await, 201);
    world.ended(&job).await;
    let ended = world.get(&format!("/jobs/{}", text(&job["id"]))).await;
    insta::assert_snapshot!(tidy(&world, &ended), @r#"
    200 {
      "data": {
        "id": "<group>-0000",
        "tag": "mine",
        "status": "finished",
        "created_at": "<time>",
        "started_at": "<time>",
        "ended_at": "<time>",
        "tasks": [
          {
            "id": "<group>-0001",
            "job_id": "<group>-0000",
            "name": "in",
            "operation": "import/upload",
            "status": "finished",
            "credits": 0,
            "message": null,
            "code": null,
            "percent": 100,
            "result": {
              "files": [
                {
                  "filename": "a b.txt",
                  "size": 4
                }
              ]
            },
            "created_at": "<time>",
            "started_at": "<time>",
            "ended_at": "<time>",
            "retry_of_task_id": null,
            "copy_of_task_id": null,
            "depends_on_task_ids": [],
            "links": {
              "self": "<api>/v2/tasks/<group>-0001"
            }
          },
          {
            "id": "<group>-0002",
            "job_id": "<group>-0000",
            "name": "out",
            "operation": "export/url",
            "status": "finished",
            "credits": 0,
            "message": null,
            "code": null,
            "percent": 100,
            "result": {
              "files": [
                {
                  "filename": "a b.txt",
                  "size": 4,
                  "url": "<api>/files/<group>-0002/<secret>/1/a%20b.txt"
                }
              ]
            },
            "created_at": "<time>",
            "started_at": "<time>",
            "ended_at": "<time>",
            "retry_of_task_id": null,
            "copy_of_task_id": null,
            "depends_on_task_ids": [
              "<group>-0001"
            ],
            "links": {
              "self": "<api>/v2/tasks/<group>-0002"
            }
          }
        ],
        "links": {
          "self": "<api>/v2/jobs/<group>-0000"
        }
      }
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_shown_as_the_api_does() {
    let world = World::new().await;
    let created =
        world.post("/import/upload", &json!({ "redirect": "https://example.org/" })).await;
    let shown = world.get(&format!("/tasks/{}", text(&created.data()["id"]))).await;
    assert_eq!((created.status, shown.status), (201, 200));
    insta::assert_snapshot!(tidy(&world, &shown), @r#"
    200 {
      "data": {
        "id": "<group>-0001",
        "job_id": null,
        "operation": "import/upload",
        "status": "waiting",
        "credits": null,
        "message": "Waiting for file upload",
        "code": null,
        "percent": 0,
        "result": {
          "form": {
            "url": "<bucket>/recast-000000000000-us-east-1",
            "parameters": {
              "key": "uploads/<group>-0001/${filename}",
              "success_action_redirect": "https://example.org/",
              "X-Amz-Credential": "<x-amz-credential>",
              "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
              "X-Amz-Date": "<x-amz-date>",
              "X-Amz-Signature": "<x-amz-signature>",
              "Policy": "<policy>"
            }
          }
        },
        "created_at": "<time>",
        "started_at": null,
        "ended_at": null,
        "retry_of_task_id": null,
        "copy_of_task_id": null,
        "depends_on_task_ids": [],
        "links": {
          "self": "<api>/v2/tasks/<group>-0001"
        }
      }
    }
    "#);
}
