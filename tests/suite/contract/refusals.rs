//! What is not done.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::World;
use crate::requests::{send, tidy};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_answered_so() {
    let world = World::with(|options| {
        options.parameters.insert("RequestsPerMinute".to_owned(), "1".to_owned());
    })
    .await;
    let key = world.stack.endpoints.api_key.clone();
    let malformed = send(&world, (Method::POST, "/import/upload"), Some(&key), "[1]").await;
    insta::assert_snapshot!(tidy(&world, &malformed), @r#"
    422 {
      "message": "The request body must be a JSON object.",
      "code": "INVALID_DATA"
    }
    "#);
    world.clock.advance(Duration::from_mins(1));
    let unknown = world.post("/no/such", &json!({})).await;
    insta::assert_snapshot!(tidy(&world, &unknown), @r#"
    404 {
      "message": "The requested resource was not found.",
      "code": "NOT_FOUND"
    }
    "#);
    insta::assert_snapshot!(tidy(&world, &world.post("/import/upload", &json!({})).await), @r#"
    201 {
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
      }
    }
    "#);
    world.clock.advance(Duration::from_mins(1));
    insta::assert_snapshot!(tidy(&world, &world.get("/tasks?page=x&per_page=0").await), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "per_page": [
          "The per page must be an integer of at least 1."
        ]
      }
    }
    "#);
}
